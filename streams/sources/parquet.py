"""Parquet files as tables of text."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from streams.sources.table import SLICE_ROWS, Limits, Slice, tidy, unfit

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

DAMAGED = (pl.exceptions.PolarsError, OSError)
WHOLE = "Fetch it again from its publisher: the file is cut or damaged."


class Parquet:
    """A Parquet file; whole numbers become their digits, columns of other types are left out."""

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
        self.header = [name for name, kind in schema.items() if kind == pl.String or kind.is_integer()]

    def survey(self) -> int:
        """Return how many rows there are."""
        if self._rows > self.limits.rows:
            raise unfit(self.path, f"has {self._rows:,} rows, over {self.limits.rows:,}", "Split the file.")
        return self._rows

    def slices(self, skip: int = 0) -> Iterator[Slice]:
        """Yield the rows after the first ``skip``."""
        first = skip + 1
        wanted = pl.scan_parquet(self.path).select(pl.col(self.header).cast(pl.String)).slice(skip, None)
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


def _first_line(error: BaseException) -> str:
    return str(error).split("\n", 1)[0]
