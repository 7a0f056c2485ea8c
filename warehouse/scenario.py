# ruff: noqa: S608 -- names of tables and columns come from declarations, never from input
"""Figures as they would be if silver held other rows on some days: the same queries on a stage of its own."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from transforms import lake
from warehouse import period, stage

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence
    from datetime import date, datetime

    from duckdb import DuckDBPyConnection

    from transforms.table import Table
    from warehouse.indicator import Indicator


def put(con: DuckDBPyConnection, table: Table, days: Sequence[date], rows: pl.DataFrame) -> None:
    """Let the stage's ``silver`` table be that of the lake, with ``rows`` in the place of its ``days``."""
    _overlay(con, ("silver", table.name), table.anchor, days, rows)


def touched(indicators: Iterable[Indicator], days: Mapping[str, Iterable[date]]) -> dict[str, list[date]]:
    """Return the wholes of each of ``indicators`` that follow from ``days`` of silver; those above come first."""
    found: dict[str, list[date]] = {}
    for each in indicators:
        inputs = [day for table in each.reads_from("silver") for day in days.get(table, ())]
        inputs += [day for above in each.above for day in found.get(above.id, ())]
        kind, steps = each.header.whole, range(each.header.reach + 1)
        starts = {period.start(kind, day) for day in inputs}
        found[each.id] = sorted({period.later(kind, first, step) for first in starts for step in steps})
    return found


def figures(
    con: DuckDBPyConnection, indicator: Indicator, wholes: Collection[date], as_of: datetime | None
) -> pl.DataFrame:
    """Return the indicator's rows of ``wholes``, and let the stage's table of it have them in their place."""
    stage.lay(con, indicator)
    runs = list(period.runs(indicator.header.whole, wholes))
    if not runs:
        return stage.rows(con, indicator, None, None, as_of).clear()
    rows = pl.concat([stage.rows(con, indicator, first, end, as_of) for first, end in runs])
    days = [day for first, end in runs for day in period.within(indicator.header.finest, first, end)]
    _overlay(con, ("gold", indicator.id), "period_first_day", days, rows)
    return rows


def _overlay(
    con: DuckDBPyConnection, name: tuple[str, str], column: str, days: Sequence[date], rows: pl.DataFrame
) -> None:
    layer, table = name
    con.execute(f"create schema if not exists memory.{layer}; create schema if not exists memory.changed")
    con.register("changed_rows", rows)
    con.execute(f'create table memory.changed."{table}" as from changed_rows')
    con.unregister("changed_rows")
    parts = [f'select * from memory.changed."{table}"']
    if lake.columns(con, layer, table):
        con.execute(f'create table memory.changed."{table} days" as select unnest(?::date[]) as day', [list(days)])
        other = f'"{column}" not in (select day from memory.changed."{table} days")'
        parts.append(f'select * from lake.{layer}."{table}" where {other}')
    con.execute(f'create view memory.{layer}."{table}" as {" union all by name ".join(parts)}')
