"""Parquet files as tables of text."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

import polars as pl

from streams.sources.table import SLICE_ROWS, Limits, Slice, tidy, unfit

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator, Mapping
    from pathlib import Path

    from polars._typing import PolarsDataType

    Reading = Callable[[Path, Mapping[str, PolarsDataType]], list[pl.Expr]]

EXACT = 2**53
DAMAGED = (pl.exceptions.PolarsError, OSError)
WHOLE = "Fetch it again from its publisher: the file is cut or damaged."


class Parquet:
    """A Parquet file; numbers become their digits, columns of other types than text and number are left out.

    A whole number has no decimals, even where its column is of a type that could: a figure of 10.0 people is 10.
    """

    byte_order_mark = False

    def __init__(self, path: Path, limits: Limits, read: Reading | None = None) -> None:
        """Read the footer; ``read`` says how columns become text, where not as ``texts`` does."""
        self.path = path
        self.limits = limits
        try:
            schema = pl.read_parquet_schema(path)
            self._rows = int(pl.scan_parquet(path).select(pl.len()).collect().item())
        except DAMAGED as error:
            raise unfit(path, f"is not a whole Parquet file ({_first_line(error)})", WHOLE) from None
        self._texts = (read or texts)(path, schema)
        self.header = [text.meta.output_name() for text in self._texts]

    def survey(self) -> int:
        """Return how many rows there are."""
        if self._rows > self.limits.rows:
            raise unfit(self.path, f"has {self._rows:,} rows, over {self.limits.rows:,}", "Split the file.")
        return self._rows

    def slices(self, skip: int = 0, rows: int | None = None) -> Iterator[Slice]:
        """Yield the rows after the first ``skip``, no more than ``rows``."""
        first = skip + 1
        wanted = pl.scan_parquet(self.path).select(self._texts).slice(skip, rows)
        try:
            for frame in wanted.collect_batches(chunk_size=SLICE_ROWS, maintain_order=True):
                if frame.height:
                    yield Slice(first, tidy(frame), range(first, first + frame.height), "row")
                    first += frame.height
        except DAMAGED as error:
            raise unfit(self.path, f"row {first:,} and on cannot be read ({_first_line(error)})", WHOLE) from None

    def marks(self, counts: Collection[int]) -> dict[int, str]:
        """Return the SHA-256 of names and values of the first so many rows, however the file packs them."""
        digest = hashlib.sha256("\0".join(self.header).encode())
        found: dict[int, str] = {}
        done = 0
        for count in sorted(count for count in counts if count <= self._rows):
            for part in self.slices(done, count - done):
                digest.update(part.frame.write_csv(include_header=False).encode())
            done, found[count] = count, digest.hexdigest()
        return found


def texts(_: Path, schema: Mapping[str, PolarsDataType]) -> list[pl.Expr]:
    """Return the columns of text and numbers, each as text."""
    return [_text(name, kind) for name, kind in schema.items() if kind == pl.String or kind.is_numeric()]


def _text(name: str, kind: PolarsDataType) -> pl.Expr:
    """Return the column as text; floating point holds whole numbers exactly below 2 to the 53rd."""
    column = pl.col(name)
    if not kind.is_float():
        return column.cast(pl.String)
    exact = (column == column.round()) & (column.abs() <= EXACT)
    digits = column.cast(pl.Int64, strict=False).cast(pl.String)
    return pl.when(exact).then(digits).otherwise(column.cast(pl.String)).alias(name)


def _first_line(error: BaseException) -> str:
    return str(error).split("\n", 1)[0]
