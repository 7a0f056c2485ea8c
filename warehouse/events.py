# ruff: noqa: S608 -- names of tables and columns come from declarations, never from input
"""The events of a vintage and those that came after it, told apart by offsets, and what silver follows from each."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import polars as pl

from streams import schema
from streams.segments.segment import REPLAYS
from transforms import horizon, lake, settle
from transforms.table import FOLDED

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import date

    from duckdb import DuckDBPyConnection

    from transforms.table import Table
    from warehouse.vintage import Vintage

POSITIONS = "select chain, partition from lake.ops.position where family = ?"
LATER = """
select distinct day.anchor_day
from lake.ops.touched_day as day
join (
    select distinct anchor_day from lake.bronze."{family}" as event where not {known}
) as later on later.anchor_day between day.anchor_day and day.anchor_day + {reach}
where day.family = '{family}'
order by all
"""
REPLAYED = f"""replay >= (
    select first_offset
    from (select unnest(getvariable('unknown'), recursive := true)) as log
    where log.chain = event.chain || '{REPLAYS}'
        and log.partition = event.partition
)"""
RECEIVED = tuple(field.name for field in FOLDED)


@dataclass(frozen=True, slots=True)
class Change:
    """The ``days`` of a silver table that events after a vintage touched: their rows as they were and as they are."""

    table: Table
    days: tuple[date, ...]
    before: pl.DataFrame
    now: pl.DataFrame

    def steps(self) -> Iterator[tuple[str, pl.DataFrame]]:
        """Yield the reasons that apply, each with the rows once it is taken in, ending with those of now.

        First the things that nobody knew (late), then those known otherwise (rectified), then those that are
        no more (cancelled). Before the first, the rows are those of ``before``.
        """
        key = self.table.key
        late = self.now.join(self.before, on=key, how="anti", nulls_equal=True)
        known = self.now.join(self.before, on=key, how="semi", nulls_equal=True)
        gone = self.before.join(self.now, on=key, how="anti", nulls_equal=True)
        if not late.is_empty():
            yield "late", pl.concat([self.before, late])
        if not _facts(known).equals(_facts(self.before.join(self.now, on=key, how="semi", nulls_equal=True))):
            yield "rectified", pl.concat([gone, known, late])
        if not gone.is_empty():
            yield "cancelled", self.now

    def at(self, reasons: Sequence[str]) -> pl.DataFrame:
        """Return the rows once the changes of ``reasons`` are taken in."""
        reached = [rows for reason, rows in self.steps() if reason in reasons]
        return reached[-1] if reached else self.before


def change(con: DuckDBPyConnection, table: Table, vintage: Vintage) -> Change | None:
    """Return what events after ``vintage`` did to ``table``; None if there are none."""
    family = table.reads.name
    if not lake.columns(con, "bronze", family):
        return None
    put(con, family, vintage)
    asked = LATER.format(family=family, known=horizon.KNOWN, reach=int(table.reach))
    days = tuple(day for (day,) in con.execute(asked).fetchall())
    if not days:
        return None
    con.execute("set variable days = ?::date[]", [list(days)])
    now = con.sql(f'from lake.silver."{table.name}" where "{table.anchor}" in (select unnest(getvariable(\'days\')))')
    return Change(
        table, days, silver(con, table, days), now.pl().match_to_schema(schema.columns(table.fields)).sort(table.key)
    )


def put(con: DuckDBPyConnection, family: str, vintage: Vintage) -> None:
    """Let ``horizon.KNOWN`` hold for the rows of ``family`` that ``vintage`` was made from."""
    ends = [
        {"chain": chain, "partition": partition, "first_offset": vintage.offset(family, chain, partition)}
        for chain, partition in con.execute(POSITIONS, [family]).fetchall()
    ]
    con.execute(f"set variable unknown = ?::{horizon.LIST}", [ends])
    horizon.leave_out(con, family, REPLAYED)


def silver(con: DuckDBPyConnection, table: Table, days: Sequence[date]) -> pl.DataFrame:
    """Return the rows of ``days`` from the events for which ``horizon.KNOWN`` holds, whatever is settled."""
    con.execute("use lake")
    return settle.rows(con, table, days)


def _facts(rows: pl.DataFrame) -> pl.DataFrame:
    """Return what rows say of their things, not how it was received."""
    return rows.drop(RECEIVED)
