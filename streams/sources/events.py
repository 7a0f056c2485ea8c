"""Events made of the rows of a publisher's file."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from streams.event import Writer

if TYPE_CHECKING:
    import polars as pl

    from streams.contract import Contract


@dataclass(frozen=True, slots=True)
class Events:
    """Events of a run of rows, one column a field; ``first`` is the number of the first row, from 1."""

    first: int
    frame: pl.DataFrame

    @property
    def height(self) -> int:
        """How many rows."""
        return self.frame.height

    @property
    def last(self) -> int:
        """Number of the last row."""
        return self.first + self.frame.height - 1

    def written(self, contract: Contract) -> list[tuple[bytes, bytes]]:
        """Return key and body of each event."""
        write = Writer(contract, self.frame.columns)
        return [write(row) for row in self.frame.select(write.columns).iter_rows()]

    def cut(self, start: int, rows: int) -> Events:
        """Return a piece of at most so many rows."""
        return Events(self.first + start, self.frame.slice(start, rows))
