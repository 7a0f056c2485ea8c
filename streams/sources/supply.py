"""What a replay sends: a file whose rows become records, whoever wrote the file."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol, Self

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator
    from pathlib import Path

    from streams.contract import Contract


class Piece(Protocol):
    """A run of rows; ``first`` is the number of its first row, from 1."""

    @property
    def first(self) -> int: ...  # noqa: D102 (the class says it)
    @property
    def height(self) -> int:
        """How many rows."""

    @property
    def last(self) -> int:
        """Number of the last row."""

    def cut(self, start: int, rows: int) -> Self:
        """Return a piece of at most so many rows."""

    def written(self, contract: Contract) -> list[tuple[bytes, bytes]]:
        """Return key and body of each row."""


class Supply(Protocol):
    """One file on its way; ``name`` says by which source or family it is read."""

    @property
    def name(self) -> str: ...  # noqa: D102 (the class says it)
    @property
    def path(self) -> Path: ...  # noqa: D102 (as above)
    @property
    def coverage(self) -> str:
        """What a person said that the file holds; blank where nobody is asked."""

    def check(self) -> int:
        """Return about how many rows there are, once all that can be known beforehand is known to fit."""

    def events(self, skip: int = 0) -> Iterator[Piece]:
        """Yield the rows after the first ``skip``; those before an unfit row come before its error."""

    def marks(self, counts: Collection[int]) -> dict[int, str]:
        """Return a mark of the first so many rows for each of ``counts`` that the file reaches.

        By it a file is recognised that was repaired, or has grown.
        """
