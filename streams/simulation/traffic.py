"""How many set out on a day: the level of the month, and its holidays and weekends in proportion."""

from __future__ import annotations

import calendar
from datetime import date
from functools import cache
from typing import TYPE_CHECKING

from streams.simulation.calibration import assumed, holidays, monthly_entries

if TYPE_CHECKING:
    from streams.simulation.world import World

SATURDAY = 5


def travellers(world: World, home: str, day: date) -> float:
    """Return how many set out from ``home`` on ``day`` in the mean: a month's records have the published level."""
    said = assumed("people")
    recorded: float = (1 - said["irregular_share"]) * (1 - said["missed_share"])
    return monthly_entries()[home, day.month] * world.scale * _weight(day) / _month(day.year, day.month) / recorded


def _weight(day: date) -> float:
    said = assumed("people")
    if day in holidays():
        return float(said["holiday_factor"])
    return float(said["weekend_factor"]) if day.weekday() >= SATURDAY else 1.0


@cache
def _month(year: int, month: int) -> float:
    _, days = calendar.monthrange(year, month)
    return sum(_weight(date(year, month, number)) for number in range(1, days + 1))
