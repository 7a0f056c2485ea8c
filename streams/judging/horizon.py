"""The days that events of a contract may name, and how late they are: one rule for one row and for many."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING

import polars as pl

if TYPE_CHECKING:
    from puyango.settings import Settings
    from streams.contract import Contract, Field

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
EARLIEST_ZONE = timedelta(hours=14)  # there it is already tomorrow
LIFETIME = timedelta(days=150 * 366)


def appended(timestamp: int) -> datetime:
    """Return the broker's append time, given in milliseconds."""
    return EPOCH + timedelta(milliseconds=timestamp)


@dataclass(frozen=True, slots=True)
class Horizon:
    """From the contract's first day to the append time and a tolerance for clocks."""

    contract: Contract
    tolerance: timedelta

    @classmethod
    def of(cls, contract: Contract, settings: Settings) -> Horizon:
        """Return the horizon of ``contract`` under ``settings``."""
        return cls(contract, timedelta(seconds=settings.clock_tolerance_s))

    def first_day(self, field: Field) -> date:
        """Return the earliest day accepted in ``field``; a birth may lie a lifetime before the first event."""
        first = date.fromisoformat(self.contract.first_day)
        return first - LIFETIME if field.personal == "year" else first

    def last_moment(self, known_at: datetime) -> datetime:
        """Return the latest instant accepted of what was appended at ``known_at``."""
        return known_at + self.tolerance

    def last_day(self, known_at: datetime) -> date:
        """Return the latest calendar day that has begun anywhere on earth by then."""
        return (known_at + self.tolerance + EARLIEST_ZONE).date()

    def days_within(self, field: Field, day: pl.Expr) -> pl.Expr:
        """Say of each ``day`` whether it is one of those, by the column ``known_at``."""
        last = (pl.col("known_at") + self.tolerance + EARLIEST_ZONE).dt.date()
        return (day >= self.first_day(field)) & (day <= last)

    def lateness(self) -> pl.Expr:
        """Return the mark of rows that landed long after their anchor day, null for the others."""
        delay = pl.col("known_at").dt.date() - pl.col("anchor_day")
        mark = pl.lit(None, pl.String)
        for name, days in (("late", self.contract.due_days), ("late_beyond_policy", self.contract.lateness_days)):
            if days is not None:
                mark = pl.when(delay > timedelta(days=days)).then(pl.lit(name)).otherwise(mark)
        return mark
