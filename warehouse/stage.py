"""Where an indicator's query runs: its inputs under their two-part names, wherever they really lie."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import duckdb
import polars as pl

from puyango import reference
from puyango.errors import ConfigRefused
from streams import schema
from transforms import engine, settle
from transforms.table import module
from warehouse import breaks
from warehouse.indicator import file

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date, datetime

    from duckdb import DuckDBPyConnection

    from warehouse.indicator import Indicator

LAYERS = ("silver", "gold", "reference")
KEPT = ("BIGINT", "BOOLEAN", "DATE", "DECIMAL", "DOUBLE", "VARCHAR", "TIMESTAMP WITH TIME ZONE")


def lay(con: DuckDBPyConnection, indicator: Indicator) -> None:
    """Stage what ``indicator`` reads: tables of the lake as views, reference rows, and empty tables for the rest.

    A table that was never settled or built is empty, not an error: its publisher has sent nothing yet.
    """
    con.execute("".join(f"create schema if not exists memory.{layer};" for layer in LAYERS))
    con.execute("use memory")
    for layer, table in indicator.reads:
        if (layer, table) in _found(con, "memory"):
            continue
        if layer == "reference":
            _rows(con, table)
        elif (layer, table) in _found(con, "lake"):
            con.execute(f'create view {layer}."{table}" as from lake.{layer}."{table}"')
        else:
            create(con, layer, table, _declared(indicator, layer, table))
    if breaks.LIST in indicator.reads:
        con.execute(breaks.MACRO)


def create(con: DuckDBPyConnection, layer: str, table: str, declared: Mapping[str, str]) -> None:
    """Create an empty table on the stage."""
    listed = ", ".join(f'"{column}" {kind}' for column, kind in declared.items())
    con.execute(f'create table memory.{layer}."{table}" ({listed})')


def _found(con: DuckDBPyConnection, database: str) -> set[tuple[str, str]]:
    tables = "select schema_name, table_name from duckdb_tables() where database_name = $database"
    views = "select schema_name, view_name from duckdb_views() where database_name = $database"
    return set(con.execute(f"{tables} union all {views}", {"database": database}).fetchall())


def _declared(indicator: Indicator, layer: str, table: str) -> dict[str, str]:
    if layer == "silver":
        return settle.columns(module(table).TABLE)
    return form(next(each for each in indicator.above if each.id == table))


def form(indicator: Indicator) -> dict[str, str]:
    """Return name and DuckDB type of the columns of the indicator's table, from its declaration alone."""
    with engine.connect() as con:
        lay(con, indicator)
        kinds = rows(con, indicator, None, None, None).schema.items()
        return {name: schema.duckdb_type(kind) for name, kind in kinds}


def rows(
    con: DuckDBPyConnection, indicator: Indicator, first: date | None, end: date | None, as_of: datetime | None
) -> pl.DataFrame:
    """Return the rows of ``indicator`` from ``first`` to before ``end``, in the order of its grain, statuses added.

    Figures are exact, or floating point of full length: they are rounded once, on publication (C9).
    Raises ``ConfigRefused`` where query and header disagree.
    """
    header = indicator.header
    where = file(indicator.id)
    bound = {"from": first, "to": end, "as_of": as_of}
    try:
        asked = con.extract_statements(header.sql)[0].named_parameters
        relation = con.sql(header.sql, params={name: bound.get(name) for name in asked})
        found = _exact(relation, where).pl()
    except (duckdb.ProgrammingError, duckdb.DataError) as error:
        raise ConfigRefused(f"{where}: {error}", "The query must run over the tables that it names.") from error
    found = _with_statuses(found, indicator, as_of)
    names = [column.name for column in header.columns]
    if sorted(found.columns) != sorted(names):
        differing = ", ".join(sorted(set(found.columns) ^ set(names)))
        raise ConfigRefused(f"{where}: query and header differ in {differing}", "Describe every column, and no other.")
    return found.select(names).sort(header.grain)


def _exact(relation: duckdb.DuckDBPyRelation, where: str) -> duckdb.DuckDBPyRelation:
    """Return ``relation`` unless a column is of a type that Parquet or Polars would change in silence."""
    for name, kind in zip(relation.columns, map(str, relation.types), strict=True):
        if kind.partition("(")[0] not in KEPT:
            raise ConfigRefused(f"{where}: column {name} is of type {kind}", "Cast it; a sum of counts with ::bigint.")
    return relation


def _with_statuses(found: pl.DataFrame, indicator: Indicator, as_of: datetime | None) -> pl.DataFrame:
    """Add what the query leaves unsaid: a null is not available (C11), a figure without a regime is free."""
    said: dict[str, Any] = {"as_of": pl.lit(as_of, schema.INSTANT)}
    if "obs_status" not in found.columns and indicator.id in found.columns:
        said["obs_status"] = pl.when(pl.col(indicator.id).is_null()).then(pl.lit("O")).otherwise(pl.lit("A"))
    if "conf_status" not in found.columns and indicator.header.confidentiality == "none":
        said["conf_status"] = pl.lit("F")
    return found.with_columns(**said)


def _rows(con: DuckDBPyConnection, table: str) -> None:
    found = pl.DataFrame(reference.rows(table))
    create(con, "reference", table, dict.fromkeys(found.columns, "VARCHAR"))
    con.register("reference_rows", found)
    con.execute(f'insert into memory.reference."{table}" from reference_rows')
    con.unregister("reference_rows")
