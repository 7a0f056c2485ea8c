# ruff: noqa: S608 -- names of tables and columns come from declarations, never from input
"""The figures of an indicator in which two marts differ, each named by its column and its grain."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from warehouse import mart, stage

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping
    from datetime import date

    import polars as pl
    from duckdb import DuckDBPyConnection

    from warehouse.indicator import Indicator

Named = tuple[str, str]
"""Column and grain."""

COLUMNS = "select column_name from duckdb_columns() where database_name = 'before' and table_name = ?"


class Cell(NamedTuple):
    """One figure that differs, as texts; ``fresh`` if its source had published nothing of that period."""

    measure: str
    grain: str
    first: date
    old: str | None
    new: str | None
    fresh: bool

    @property
    def name(self) -> Named:
        """Column and grain."""
        return self.measure, self.grain


def cells(con: DuckDBPyConnection, indicator: Indicator) -> list[Cell]:
    """Return what differs between ``before`` and ``mart``; of a row that only one of them has, the main column.

    A table that was not in ``before``, or had another grain there, was empty.
    """
    grain = indicator.header.grain
    had = {name for (name,) in con.execute(COLUMNS, [indicator.id]).fetchall()}
    comparable = had >= {*grain, indicator.id}
    measures = [name for name in _measures(indicator) if not comparable or name in had]
    before = f'before."{indicator.id}"' if comparable else f'(from mart."{indicator.id}" where false)'
    con.execute(f"create or replace temp table pair as {_pairs(indicator, measures, before)}")
    period = "period_first_day, freq, source"
    con.execute(f"create or replace temp table had as select distinct {period} from {before}")
    asked = " union all ".join(_differing(indicator, measure) for measure in measures)
    found = con.execute(f"{asked} order by all").fetchall()
    con.execute("drop table pair; drop table had")
    return [Cell(*row) for row in found]


def values(
    con: DuckDBPyConnection, indicator: Indicator, rows: pl.DataFrame, wanted: Collection[Named]
) -> Mapping[Named, str | None]:
    """Return the figures of exact ``rows`` as they would be published, of the names that are ``wanted``."""
    exact = stage.form(indicator)
    columns = {column.name: mart.figure(column, exact[column.name]) for column in indicator.header.columns}
    grain = ", ".join(f'"{name}": {columns[name]}' for name in indicator.header.grain)
    texts = ", ".join(f'({columns[name]})::varchar as "{name}"' for name in _measures(indicator))
    con.register("exact_rows", rows)
    asked = f"select to_json({{{grain}}})::varchar as grain, {texts} from exact_rows where conf_status = '{mart.FREE}'"
    grains = {grain for _, grain in wanted}
    found = {row["grain"]: row for row in con.sql(asked).pl().to_dicts() if row["grain"] in grains}
    con.unregister("exact_rows")
    return {(measure, grain): found[grain][measure] for measure, grain in wanted if grain in found}


def _measures(indicator: Indicator) -> list[str]:
    """Return the columns that are neither in the grain nor differ by themselves from run to run."""
    return [
        column.name
        for column in indicator.header.columns
        if column.name not in indicator.header.grain and column.name != "as_of"
    ]


def _pairs(indicator: Indicator, measures: Collection[str], before: str) -> str:
    """Return the query of the rows that differ, the old values beside the new."""
    grain = indicator.header.grain
    same = " and ".join(f'old."{name}" is not distinct from new."{name}"' for name in grain)
    named = ", ".join(f'coalesce(new."{name}", old."{name}") as "{name}"' for name in grain)
    both = ", ".join(f'old."{name}" as "old {name}", new."{name}" as "new {name}"' for name in measures)
    there = 'old.source is not null as "was", new.source is not null as "is"'
    differ = " or ".join(f'old."{name}" is distinct from new."{name}"' for name in measures)
    joined = f'{before} as old full join mart."{indicator.id}" as new on {same}'
    return f"select {named}, {both}, {there} from {joined} where {differ}"


def _differing(indicator: Indicator, measure: str) -> str:
    grain = ", ".join(f'"{name}": "{name}"' for name in indicator.header.grain)
    values = f'"old {measure}"::varchar, "new {measure}"::varchar'
    fresh = '"is" and (period_first_day, freq, source) not in (select (period_first_day, freq, source) from had)'
    differ = f'"old {measure}" is distinct from "new {measure}"'
    shown = "true" if measure == indicator.id else '"was" and "is"'
    columns = f"'{measure}', to_json({{{grain}}})::varchar, period_first_day, {values}, {fresh}"
    return f"select {columns} from pair where {differ} and {shown}"
