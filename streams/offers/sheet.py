"""CSV and Parquet in the shape of a contract: a column a field, named as the field."""

from __future__ import annotations

import difflib
from typing import TYPE_CHECKING

import msgspec
import polars as pl

from streams.contract import MEASURES
from streams.event import Writer
from streams.judging import literal
from streams.offers.offered import Offered
from streams.sources.table import unfit

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping
    from pathlib import Path

    from polars._typing import PolarsDataType

    from puyango.errors import InputUnfit
    from streams.contract import Contract, Field
    from streams.sources.table import Slice, Table

NUMBER = rf"^{literal.WHOLE}(?:{literal.FRACTION})?(?:[eE][+-]?[0-9]+)?$"
ISO = "%Y-%m-%dT%H:%M:%S%.fZ"


class Sheet:
    """One open table; raises ``InputUnfit`` for columns that are not the contract's.

    An empty cell is an absent field. A cell of a measure that does not write a number stays text, so that the judge
    refuses it.
    """

    def __init__(self, contract: Contract, rows: Table) -> None:
        """Fit the columns."""
        refuse_columns(contract, rows)
        self.path = rows.path
        self._table = rows
        self._write = Writer(contract, rows.header)
        self._measures = {field.name for field in contract.fields if field.kind in MEASURES}

    def survey(self) -> int:
        """Return about how many rows there are."""
        return self._table.survey()

    def slices(self, skip: int = 0) -> Iterator[Offered]:
        """Yield the rows after the first ``skip``."""
        return map(self._offered, self._table.slices(skip))

    def marks(self, counts: Collection[int]) -> dict[int, str]:
        """Return a mark of the first so many rows."""
        return self._table.marks(counts)

    def _offered(self, part: Slice) -> Offered:
        columns = [self._values(part.frame[name]) for name in self._write.columns]
        keys, bodies = zip(*map(self._write, zip(*columns, strict=True)), strict=True)
        return Offered(part.first, keys, bodies, part.places, part.unit, columns=True)

    def _values(self, cells: pl.Series) -> list[msgspec.Raw | str | None]:
        found = cells.to_list()
        if cells.name not in self._measures:
            return found
        numbers = cells.str.contains(NUMBER).to_list()
        return [msgspec.Raw(cell.encode()) if number else cell for cell, number in zip(found, numbers, strict=True)]


def refuse_columns(contract: Contract, rows: Table) -> None:
    """Refuse a column that is no field, one that is there twice, and a required field without a column."""
    names = [field.name for field in contract.fields]
    missing = [field.name for field in contract.fields if field.required and field.name not in rows.header]
    for column in rows.header:
        if column not in names:
            near = difflib.get_close_matches(column.lower(), [*missing, *names], n=1, cutoff=0.5)
            hint = f"; the nearest is {near[0]}" if near else ""
            fact = f"column {column!r} is no field of {contract.name}{hint}"
            raise unfit(rows.path, fact, f"Rename it or leave it out. The fields are: {', '.join(names)}.")
        if rows.header.count(column) > 1:
            raise unfit(rows.path, f"column {column} is there twice", "Remove one of the two.")
    if missing:
        fact = f"column {missing[0]} is missing, which {contract.name} requires"
        also = f" Also missing: {', '.join(missing[1:])}." if missing[1:] else ""
        raise unfit(rows.path, fact, f"Add it: {contract[missing[0]].says}{also}")


def typed(contract: Contract, path: Path, schema: Mapping[str, PolarsDataType]) -> list[pl.Expr]:
    """Return the columns of a Parquet file as text; raises ``InputUnfit`` for a type that may have lost something."""
    fields = {field.name: field for field in contract.fields}
    return [
        _text(path, fields[name], kind) if name in fields else pl.lit(None, pl.String).alias(name)
        for name, kind in schema.items()
    ]


def _text(path: Path, field: Field, kind: PolarsDataType) -> pl.Expr:
    column = pl.col(field.name)
    if kind in (pl.String, pl.Null, pl.Categorical, pl.Enum):
        return column.cast(pl.String)
    match field.kind:
        case "whole" | "decimal" if kind.is_integer() or kind.is_decimal():
            return column.cast(pl.String)
        case "day" if kind == pl.Date:
            return column.cast(pl.String)
        case "instant" if isinstance(kind, pl.Datetime) and kind.time_zone:
            return column.dt.convert_time_zone("UTC").dt.strftime(ISO)
    raise _lossy(path, field, kind)


def _lossy(path: Path, field: Field, kind: PolarsDataType) -> InputUnfit:
    wanted = {
        "whole": ("INT64", "a whole number is not floating point"),
        "decimal": (f"DECIMAL({field.precision}, {field.scale})", "floating point does not hold decimals exactly"),
        "day": ("DATE", "a day has no time of day"),
        "instant": ("TIMESTAMP with time zone UTC", "a moment without a zone is not known"),
    }
    asked, why = wanted.get(field.kind, ("text", "as a number a code loses its leading zeros"))
    fact = f"column {field.name} is of type {kind}, where {field.kind} {field.name} needs {asked}: {why}"
    return unfit(path, fact, f"Write the column as {asked}; do it where the values are still whole.")
