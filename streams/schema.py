"""Types derived from a declaration: Polars, DuckDB and the columns of a landing segment."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

if TYPE_CHECKING:
    from collections.abc import Iterable

    from polars._typing import PolarsDataType

    from streams.contract import Contract, Field

INSTANT = pl.Datetime("us", "UTC")

COORDINATES: dict[str, PolarsDataType] = {
    "partition": pl.Int32(),
    "offset": pl.Int64(),
    "known_at": INSTANT,
    "anchor_day": pl.Date(),
}
JUDGEMENT: dict[str, PolarsDataType] = {
    "reasons": pl.String(),
    "marks": pl.String(),
    "value_hash": pl.Int64(),
    "sealed": pl.Binary(),
}


def polars_type(field: Field) -> PolarsDataType:
    """Return the type under which ``field`` lands."""
    if field.personal == "year":
        return pl.Int16()
    match field.kind:
        case "whole":
            return pl.Int64()
        case "decimal":
            return pl.Decimal(field.precision, field.scale)
        case "day":
            return pl.Date()
        case "instant":
            return INSTANT
        case _:
            return pl.String()


def columns(fields: Iterable[Field]) -> dict[str, PolarsDataType]:
    """Return name and type of the columns of ``fields``, in their order."""
    return {field.column: polars_type(field) for field in fields}


def segment(contract: Contract) -> dict[str, PolarsDataType]:
    """Return the columns of a landing segment of the family: its fields, coordinates, judgement; all nullable."""
    return {**columns(contract.fields), **COORDINATES, **JUDGEMENT}


def duckdb_type(kind: PolarsDataType) -> str:
    """Return DuckDB's name of a Polars type used in this platform."""
    if isinstance(kind, pl.Decimal):
        return f"DECIMAL({kind.precision}, {kind.scale})"
    if isinstance(kind, pl.Datetime):
        return "TIMESTAMPTZ"
    names: dict[object, str] = {
        pl.Int16(): "SMALLINT",
        pl.Int32(): "INTEGER",
        pl.Int64(): "BIGINT",
        pl.Float64(): "DOUBLE",
        pl.String(): "VARCHAR",
        pl.Boolean(): "BOOLEAN",
        pl.Date(): "DATE",
        pl.Binary(): "BLOB",
    }
    return names[kind]
