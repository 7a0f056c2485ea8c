"""A moment of knowledge, as a person writes it, and the range in which one can be asked for."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time
from typing import TYPE_CHECKING

from puyango.errors import InputUnfit, UsageRefused

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
INSTANT = re.compile(r"[0-9]{4}(-[0-9]{2}-|[0-9]{2})[0-9]{2}[T ][0-9:.]+(Z|[+-][0-9:]+)?")
FORM = "Write an instant with its zone, as 2026-03-01T10:00:00-05:00, or a day, which is the end of that day in UTC."
FAMILIES = """
select table_name
from duckdb_columns()
where database_name = 'lake' and schema_name = 'bronze' and column_name = 'known_at'
order by all
"""


def moment(text: str) -> datetime:
    """Return the instant that ``text`` is, in UTC; raises ``UsageRefused`` for anything but an instant or a day."""
    written = text.strip()
    try:
        if DAY.fullmatch(written):
            return datetime.combine(date.fromisoformat(written), time.max, UTC)
        if not INSTANT.fullmatch(written):
            raise UsageRefused(f"--as-of {text!r} is no moment", FORM)
        found = datetime.fromisoformat(written)
        if found.tzinfo is None:
            raise UsageRefused(f"--as-of {text!r} lacks a zone", FORM)
        return found.astimezone(UTC)
    except (ValueError, OverflowError) as error:
        raise UsageRefused(f"--as-of {text!r} is no moment: {error}", FORM) from None


def judge(con: DuckDBPyConnection, asked: datetime, now: datetime) -> None:
    """Raise ``UsageRefused`` with the range unless the lake can tell what was known at ``asked``."""
    first, last = known(con)
    told = f"The lake knows events from {spelled(first)} to {spelled(last)}."
    if asked > now:
        raise UsageRefused(f"--as-of {spelled(asked)} is in the future: it is {spelled(now)}", told)
    if asked < first:
        raise UsageRefused(f"--as-of {spelled(asked)} is before anything was known", told)


def known(con: DuckDBPyConnection) -> tuple[datetime, datetime]:
    """Return when the first and the last event of the lake became known; raises ``InputUnfit`` if there is none."""
    names = [str(name) for (name,) in con.execute(FAMILIES).fetchall()]
    parts = [f'select min(known_at) as first, max(known_at) as last from lake.bronze."{name}"' for name in names]  # noqa: S608 -- the catalogue's own names
    row = con.execute(f"select min(first), max(last) from ({' union all '.join(parts)})").fetchone() if parts else None  # noqa: S608
    if row is None or row[0] is None:
        raise InputUnfit("the lake holds no events, so nothing was ever known", "Run puyango collect first.")
    return row[0], row[1]


def spelled(at: datetime) -> str:
    """Return the instant in UTC, with its fraction of a second if it has one."""
    fraction = f".{at.microsecond:06}" if at.microsecond else ""
    return f"{at.astimezone(UTC):%Y-%m-%dT%H:%M:%S}{fraction}Z"
