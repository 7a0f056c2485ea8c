"""Periods: days, months, quarters and years, named by their first day."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

MONTHS = {"month": 1, "quarter": 3, "year": 12}


def start(kind: str, day: date) -> date:
    """Return the first day of the period of that ``kind`` in which ``day`` lies."""
    if kind == "day":
        return day
    return day.replace(month=day.month - (day.month - 1) % MONTHS[kind], day=1)


def later(kind: str, first: date, periods: int = 1) -> date:
    """Return the first day of the period that begins ``periods`` after ``first``."""
    if kind == "day":
        return first + timedelta(days=periods)
    years, month = divmod(first.month - 1 + periods * MONTHS[kind], 12)
    return date(first.year + years, month + 1, 1)


def within(kind: str, first: date, end: date) -> Iterator[date]:
    """Yield the first days of the periods of that ``kind`` from ``first`` to before ``end``."""
    while first < end:
        yield first
        first = later(kind, first)


def runs(kind: str, wholes: Iterable[date]) -> Iterator[tuple[date, date]]:
    """Yield first day and end of each run of ``wholes`` that follow one another within a calendar year."""
    begun: date | None = None
    end: date | None = None
    for first in sorted(wholes):
        if begun is None or first != end or first.year != begun.year:
            if begun is not None and end is not None:
                yield begun, end
            begun = first
        end = later(kind, first)
    if begun is not None and end is not None:
        yield begun, end
