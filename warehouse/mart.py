# ruff: noqa: S608 -- names of tables and columns come from declarations, never from input
"""The mart: one small DuckDB file with the published figures, replaced whole; no extension is needed to read it."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import TYPE_CHECKING, Any

import duckdb

import puyango
from puyango import durable, reference
from puyango.errors import ConfigRefused
from transforms import lake
from warehouse import catalogue, comments, provenance, stage
from warehouse.indicator import indicators

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from duckdb import DuckDBPyConnection

    from puyango.settings import Settings
    from warehouse.header import Column
    from warehouse.indicator import Indicator

TABLES = Path(__file__).parent / "mart.toml"
FREE = "F"
READ_ONLY = 0o444
INSTANT = "TIMESTAMPTZ"


def publish(settings: Settings) -> Path:
    """Replace the mart by one made from the lake as it is now, and return its path.

    Whoever has the old file open keeps it. Only figures that are free for publication are in it; shares,
    ratios and indices are rounded here and nowhere before (C9).
    """
    with lake.reading(settings) as con:
        durable.replace(settings.mart, lambda path: _write(con, path), mode=READ_ONLY)
    return settings.mart


def contents(path: Path) -> list[dict[str, Any]]:
    """Return the catalogue of the mart in ``path``, one row an indicator."""
    with duckdb.connect(str(path), read_only=True) as con:
        return con.sql("from catalogue order by indicator").pl().to_dicts()


def rounded(expression: str, decimals: int) -> str:
    """Return the SQL that rounds ``expression`` half away from zero, to an exact decimal."""
    return f"round({expression}, {decimals})::decimal(18, {decimals})"


def _write(con: DuckDBPyConnection, path: Path) -> None:
    path.unlink(missing_ok=True)
    quoted = str(path).replace("'", "''")
    con.execute(f"attach '{quoted}' as mart")
    described = tomllib.loads(TABLES.read_text(encoding="utf-8"))
    made = sorted(indicators(), key=lambda each: each.id)
    for indicator in made:
        _indicator(con, indicator)
    for name, table in described.items():
        if "reads" in table:
            _table(con, name, table, reference.rows(table["reads"]))
    _table(con, "source", described["source"], provenance.rows(con, made))
    _table(con, "catalogue", described["catalogue"], [catalogue.row(con, indicator) for indicator in made])
    _table(con, "about", described["about"], [catalogue.about(con, puyango.__version__)])
    con.execute("commit")
    con.execute("checkpoint mart")
    con.execute("detach mart")


def _indicator(con: DuckDBPyConnection, indicator: Indicator) -> None:
    columns = indicator.header.columns
    types = stage.form(indicator)
    listed = ", ".join(f'"{column.name}" {_type(column, types[column.name])}' for column in columns)
    con.execute(f'create table mart."{indicator.id}" ({listed})')
    if catalogue.present(con, indicator):
        figures = ", ".join(_figure(column, types[column.name]) for column in columns)
        order = ", ".join(f'"{name}"' for name in indicator.header.grain)
        source = f"select {figures} from lake.gold.\"{indicator.id}\" where conf_status = '{FREE}' order by {order}"
        con.execute(f'insert into mart."{indicator.id}" {source}')
    comments.put(con, f'mart."{indicator.id}"', indicator.header)


def _figure(column: Column, exact: str) -> str:
    name = f'"{column.name}"'
    if exact == INSTANT:
        return f"make_timestamp(epoch_us({name}))"
    return name if column.published_decimals is None else rounded(name, column.published_decimals)


def _type(column: Column, exact: str) -> str:
    """Return the type in the mart; instants are UTC without a zone, which Python reads without another package."""
    if exact == INSTANT:
        return "timestamp"
    return exact if column.published_decimals is None else f"decimal(18, {column.published_decimals})"


def _table(con: DuckDBPyConnection, name: str, described: Mapping[str, Any], rows: Sequence[Mapping[str, Any]]) -> None:
    """Create ``name`` with its comments and ``rows``; a blank in reference data is a null."""
    columns: dict[str, dict[str, str]] = described["columns"]
    listed = ", ".join(f'"{column}" {facts.get("kind", "varchar")}' for column, facts in columns.items())
    con.execute(f'create table mart."{name}" ({listed})')
    for column in columns:
        if rows and column not in rows[0]:
            raise ConfigRefused(f"warehouse/mart.toml: {name} has no column {column}", "Describe what is there.")
    marks = ", ".join("?" * len(columns))
    values = [[None if row[column] == "" else row[column] for column in columns] for row in rows]
    con.executemany(f'insert into mart."{name}" values ({marks})', values)
    spoken = {column: f"{facts['en']} — {facts['es']}" for column, facts in columns.items()}
    comments.write(con, f'mart."{name}"', f"{described['en']} — {described['es']}", spoken)
