# ruff: noqa: S608 -- names of tables and columns come from declarations, never from input
"""The mart: one small DuckDB file with the published figures, replaced whole; no extension is needed to read it."""

from __future__ import annotations

import tomllib
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import duckdb

from puyango import reference
from puyango.errors import ConfigRefused
from transforms.engine import quoted
from warehouse import catalogue, comments, digest, provenance, stage
from warehouse.indicator import indicators

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from duckdb import DuckDBPyConnection

    from warehouse.edition import Edition
    from warehouse.header import Column
    from warehouse.indicator import Indicator

TABLES = Path(__file__).parent / "mart.toml"
FREE = "F"
READ_ONLY = 0o444
INSTANT = "TIMESTAMPTZ"


@dataclass(frozen=True, slots=True)
class Written:
    """The sha256 of the figures that were written, and of all that the file says."""

    figures: str
    content: str


@contextmanager
def writing(con: DuckDBPyConnection, path: Path) -> Iterator[None]:
    """Let ``mart`` be the new file ``path`` on ``con``, complete on disk afterwards and detached, whatever happens."""
    path.unlink(missing_ok=True)
    con.execute(f"attach '{quoted(path)}' as mart")
    try:
        yield
        con.execute("checkpoint mart")
    except BaseException:
        with suppress(duckdb.Error):
            con.execute("rollback")  # the error to tell is the one that stopped the writing
        raise
    finally:
        con.execute("detach mart")


def write(con: DuckDBPyConnection, edition: Edition) -> Written:
    """Fill ``mart`` with the figures of ``edition`` that are free for publication, and with all that explains them.

    Shares, ratios and indices are rounded here and nowhere before (C9). The mart of the vintage before is
    ``before`` on ``con`` where the edition has standing figures.
    """
    described = tomllib.loads(TABLES.read_text(encoding="utf-8"))
    made = sorted(indicators(), key=lambda each: each.id)
    con.execute("begin")
    for indicator in made:
        _indicator(con, indicator, edition)
    for name, table in described.items():
        if "reads" in table:
            _table(con, name, table, reference.rows(table["reads"]))
    _table(con, "source", described["source"], provenance.rows(con, made))
    _table(con, "catalogue", described["catalogue"], catalogue.rows(con, made, edition))
    _table(con, "about", described["about"], [catalogue.about(con, edition)])
    _table(con, "revision", described["revision"], [])
    con.execute("commit")
    return Written(digest.figures(con, "mart", [each.id for each in made]), digest.content(con, "mart"))


def contents(path: Path) -> list[dict[str, Any]]:
    """Return the catalogue of the mart in ``path``, one row an indicator."""
    with duckdb.connect(str(path), read_only=True) as con:
        return con.sql("from catalogue order by indicator").pl().to_dicts()


def rounded(expression: str, decimals: int) -> str:
    """Return the SQL that rounds ``expression`` half away from zero, to an exact decimal."""
    return f"round({expression}, {decimals})::decimal(18, {decimals})"


def figure(column: Column, exact: str) -> str:
    """Return the SQL of a column as it is published, from its ``exact`` type."""
    name = f'"{column.name}"'
    if exact == INSTANT:
        return f"make_timestamp(epoch_us({name}))"
    return name if column.published_decimals is None else rounded(name, column.published_decimals)


def _indicator(con: DuckDBPyConnection, indicator: Indicator, edition: Edition) -> None:
    columns = indicator.header.columns
    types = stage.form(indicator)
    listed = ", ".join(f'"{column.name}" {_type(column, types[column.name])}' for column in columns)
    con.execute(f'create table mart."{indicator.id}" ({listed})')
    order = ", ".join(f'"{name}"' for name in indicator.header.grain)
    if edition.standing.get(indicator.id) and catalogue.present(con, f"before.main.{indicator.id}", indicator):
        source = f'from before."{indicator.id}" order by {order}'
        con.execute(f'insert into mart."{indicator.id}" by name {source}')
    elif catalogue.present(con, edition.gold(indicator.id), indicator):
        figures = ", ".join(figure(column, types[column.name]) for column in columns)
        source = f"select {figures} from {edition.gold(indicator.id)} where conf_status = '{FREE}' order by {order}"
        con.execute(f'insert into mart."{indicator.id}" {source}')
    comments.put(con, f'mart."{indicator.id}"', indicator.header)


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
    if values:
        con.executemany(f'insert into mart."{name}" values ({marks})', values)
    spoken = {column: f"{facts['en']} — {facts['es']}" for column, facts in columns.items()}
    comments.write(con, f'mart."{name}"', f"{described['en']} — {described['es']}", spoken)
