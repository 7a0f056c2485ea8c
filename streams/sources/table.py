"""Files of rows and columns, read in slices of bounded size: CSV, compressed CSV and Parquet.

Every value comes out as text without outer blanks, a blank as null. What does not fit ends as ``InputUnfit``
with file, line or row, and remedy; rows before it have been handed out by then.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple, Protocol

import polars as pl

from puyango.errors import InputUnfit

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping
    from pathlib import Path

SLICE_ROWS = 20_000
KINDS = (".csv", ".csv.gz", ".parquet")


class Limits(NamedTuple):
    """What a file may hold; a file beyond it is taken for an attack or a mistake."""

    rows: int = 20_000_000
    line_bytes: int = 1024 * 1024
    bytes: int = 16 * 1024**3


@dataclass(frozen=True, slots=True)
class Slice:
    """A run of rows; ``first`` is the number of its first row, from 1. ``places`` says where each row is."""

    first: int
    frame: pl.DataFrame
    places: range | list[int]
    unit: str

    def renamed(self, names: Mapping[str, str]) -> Slice:
        """Return the same rows with the columns of ``names`` only, under their new names."""
        frame = self.frame.select(pl.col(own).alias(name) for own, name in names.items())
        return Slice(self.first, frame, self.places, self.unit)

    def place(self, index: int) -> str:
        """Return where the row of that index in the slice lies in the file."""
        return f"{self.unit} {self.places[index]:,}"


class Table(Protocol):
    """An open file of rows."""

    path: Path
    header: list[str]
    byte_order_mark: bool

    def survey(self) -> int:
        """Return about how many rows there are; raises ``InputUnfit`` for a file beyond its limits or not text."""

    def slices(self, skip: int = 0) -> Iterator[Slice]:
        """Yield the rows after the first ``skip``."""

    def marks(self, counts: Collection[int]) -> dict[int, str]:
        """Return a mark of the first so many rows, by which a repaired or grown file is recognised."""


def unfit(path: Path, fact: str, remedy: str) -> InputUnfit:
    """Return the error that says what about the file does not fit."""
    return InputUnfit(f"{path}: {fact}", remedy)


def table(path: Path, limits: Limits | None = None) -> Table:
    """Return the file opened as what its name says it is; raises ``InputUnfit`` where it is not that."""
    from streams.sources.comma_separated import CommaSeparated  # noqa: PLC0415 (the two formats know this module)
    from streams.sources.parquet import Parquet  # noqa: PLC0415 (as above)

    require(path, KINDS)
    kind = Parquet if path.name.lower().endswith(".parquet") else CommaSeparated
    return kind(path, limits or Limits())


def require(path: Path, kinds: tuple[str, ...]) -> None:
    """Refuse a file that is not of the ``kinds`` by its name, not there, not readable or empty."""
    if not path.name.lower().endswith(kinds):
        raise unfit(path, "is none of the kinds that can be read", f"Give a file that ends in {', '.join(kinds)}.")
    try:
        path.open("rb").close()
    except FileNotFoundError:
        raise unfit(path, "there is no such file", "Check the path.") from None
    except OSError as error:
        raise unfit(path, f"cannot be read: {error.strerror}", "Check what it is and who may read it.") from None
    if path.stat().st_size == 0:
        raise unfit(path, "is empty, 0 bytes", "Fetch it again from its publisher.")


def tidy(frame: pl.DataFrame) -> pl.DataFrame:
    """Return the frame of text without outer blanks, and null for blank."""
    text = pl.all().str.strip_chars()
    return frame.with_columns(pl.when(text != "").then(text))
