"""Parquet files as tables of text."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from streams.sources.table import SLICE_ROWS, Limits, Slice, tidy, unfit

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

EXACT = 2**53
DAMAGED = (pl.exceptions.PolarsError, OSError)
WHOLE = "Fetch it again from its publisher: the file is cut or damaged."


class Parquet:
    """A Parquet file; numbers become their digits, columns of other types than text and number are left out.

    A whole number has no decimals, even where its column is of a type that could: a figure of 10.0 people is 10.
    """

    byte_order_mark = False

    def __init__(self, path: Path, limits: Limits) -> None:
        """Read the footer."""
        self.path = path
        self.limits = limits
        try:
            schema = pl.read_parquet_schema(path)
            self._rows = int(pl.scan_parquet(path).select(pl.len()).collect().item())
        except DAMAGED as error:
            raise unfit(path, f"is not a whole Parquet file ({_first_line(error)})", WHOLE) from None
        self._texts = [_text(name, kind) for name, kind in schema.items() if kind == pl.String or kind.is_numeric()]
        self.header = [text.meta.output_name() for text in self._texts]

    def survey(self) -> int:
        """Return how many rows there are."""
        if self._rows > self.limits.rows:
            raise unfit(self.path, f"has {self._rows:,} rows, over {self.limits.rows:,}", "Split the file.")
        return self._rows

    def slices(self, skip: int = 0) -> Iterator[Slice]:
        """Yield the rows after the first ``skip``."""
        first = skip + 1
        wanted = pl.scan_parquet(self.path).select(self._texts).slice(skip, None)
        try:
            for frame in wanted.collect_batches(chunk_size=SLICE_ROWS, maintain_order=True):
                if frame.height:
                    yield Slice(first, tidy(frame), range(first, first + frame.height), "row")
                    first += frame.height
        except DAMAGED as error:
            raise unfit(self.path, f"row {first:,} and on cannot be read ({_first_line(error)})", WHOLE) from None

    def prefix(self, rows: int) -> str:  # noqa: ARG002 (a Parquet file is not repaired line by line)
        """Return no mark: a repaired Parquet file is another file."""
        return ""


def _text(name: str, kind: pl.DataType) -> pl.Expr:
    """Return the column as text; floating point holds whole numbers exactly below 2 to the 53rd."""
    column = pl.col(name)
    if not kind.is_float():
        return column.cast(pl.String)
    exact = (column == column.round()) & (column.abs() <= EXACT)
    digits = column.cast(pl.Int64, strict=False).cast(pl.String)
    return pl.when(exact).then(digits).otherwise(column.cast(pl.String)).alias(name)


def _first_line(error: BaseException) -> str:
    return str(error).split("\n", 1)[0]
