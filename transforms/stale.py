"""Which anchor days of a table must be settled: read from the ledger alone."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from duckdb import DuckDBPyConnection

    from transforms.table import Table

DAYS = """
with touched as (
    select anchor_day, max(batch) as batch
    from ops.touched_day
    where family = $family
    group by anchor_day
), reached as (
    select day.anchor_day, max(later.batch) as batch
    from touched as day
    join touched as later on later.anchor_day between day.anchor_day and day.anchor_day + $reach::integer
    group by day.anchor_day
)
select reached.anchor_day
from reached
left join ops.settled_day as settled
    on settled.table_name = $table and settled.anchor_day = reached.anchor_day
where settled.batch is null
    or settled.batch < reached.batch
    or settled.declaration <> $declaration
order by reached.anchor_day
"""

REACHED = """
select distinct touched.anchor_day
from ops.touched_day as touched
join (select unnest($days::date[]) as anchor_day) as wanted
    on touched.anchor_day between wanted.anchor_day and wanted.anchor_day + $reach::integer
where touched.family = $family
order by touched.anchor_day
"""

OVERTAKEN = """
select count(*)
from ops.touched_day as touched
join (select unnest($days::date[]) as anchor_day) as drafted
    on touched.anchor_day between drafted.anchor_day and drafted.anchor_day + $reach::integer
where touched.family = $family
    and touched.batch > $batch
"""

TOUCHED = "select distinct anchor_day from ops.touched_day where family = ? order by anchor_day"

KEPT = """
select count(*)
from ops.settled_day
where table_name = ?
    and anchor_day not in (select unnest(?::date[]))
"""

FORGET = "delete from ops.settled_day where table_name = ? and anchor_day in (select unnest(?::date[]))"
REMEMBER = "insert into ops.settled_day select ?, unnest(?::date[]), ?, ?"


def days(con: DuckDBPyConnection, table: Table, declaration: str) -> list[date]:
    """Return the days touched since they were settled, or settled by another ``declaration``, in order."""
    facts = {"family": table.reads.name, "table": table.name, "reach": table.reach, "declaration": declaration}
    return [day for (day,) in con.execute(DAYS, facts).fetchall()]


def touched(con: DuckDBPyConnection, table: Table) -> list[date]:
    """Return every day that events of the table's family belong to, in order."""
    return [day for (day,) in con.execute(TOUCHED, [table.reads.name]).fetchall()]


def reached(con: DuckDBPyConnection, table: Table, wanted: Sequence[date]) -> list[date]:
    """Return the days whose events the rows of the ``wanted`` days depend on, in order."""
    facts = {"family": table.reads.name, "reach": table.reach, "days": list(wanted)}
    return [day for (day,) in con.execute(REACHED, facts).fetchall()]


def overtaken(con: DuckDBPyConnection, table: Table, drafted: Sequence[date], batch: int) -> bool:
    """Say whether events that the ``drafted`` days depend on were collected after ``batch``."""
    facts = {"family": table.reads.name, "reach": table.reach, "batch": batch, "days": list(drafted)}
    row = con.execute(OVERTAKEN, facts).fetchone()
    return row is not None and row[0] > 0


def kept(con: DuckDBPyConnection, table: Table, drafted: Sequence[date]) -> bool:
    """Say whether the table has settled days besides the ``drafted`` ones."""
    row = con.execute(KEPT, [table.name, list(drafted)]).fetchone()
    return row is not None and row[0] > 0


def settled(con: DuckDBPyConnection, table: Table, drafted: Sequence[date], batch: int, declaration: str) -> None:
    """Record that ``batch`` settled these days by ``declaration``; a table has one row for each of its days."""
    con.execute(FORGET, [table.name, list(drafted)])
    con.execute(REMEMBER, [table.name, list(drafted), batch, declaration])
