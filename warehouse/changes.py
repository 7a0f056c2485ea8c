"""What a vintage changed, in the order in which a reader asks: how many figures, why, and the largest."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import duckdb

if TYPE_CHECKING:
    from datetime import date
    from decimal import Decimal
    from pathlib import Path

LARGEST = """
select revision.indicator, period_first_day, revision.grain, old, new, reason, part
from revision
join catalogue on catalogue.indicator = revision.indicator
where measure = revision.indicator
  and part is not null
qualify row_number() over (partition by revision.indicator order by abs(part) desc, revision.grain, reason) = 1
order by abs(part) / greatest(abs(try_cast(new as double)), 1) desc, revision.indicator
limit ?
"""


class Change(NamedTuple):
    """One figure that differs from the vintage before, and how much of it for which reason."""

    indicator: str
    first: date
    grain: str
    old: str
    new: str
    reason: str
    part: Decimal


def largest(mart: Path, most: int) -> list[Change]:
    """Return the largest part of each indicator, those that weigh most in their figure first, at most ``most``."""
    with duckdb.connect(str(mart), read_only=True) as con:
        return [Change(*row) for row in con.execute(LARGEST, [most]).fetchall()]
