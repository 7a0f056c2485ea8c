"""Rows of an offered file as bodies of events, and where in the file each of them stands."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Protocol

import msgspec

from streams import event
from streams.judging import json_text
from streams.judging.json_text import Number

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping, Sequence
    from pathlib import Path

    from puyango.settings import Settings
    from streams.contract import Contract


@dataclass(frozen=True, slots=True)
class Offered:
    """A run of rows; ``first`` is the number of its first row, from 1.

    ``keys`` are None where bodies stand as somebody wrote them. ``columns`` says whether the file has columns: then
    its numbers were text until they were read.
    """

    first: int
    keys: Sequence[bytes] | None
    bodies: Sequence[bytes]
    places: Sequence[int]
    unit: str
    columns: bool

    @property
    def height(self) -> int:
        """How many rows."""
        return len(self.bodies)

    @property
    def last(self) -> int:
        """Number of the last row."""
        return self.first + self.height - 1

    def cut(self, start: int, rows: int) -> Offered:
        """Return a piece of at most so many rows."""
        part = slice(start, start + rows)
        keys = None if self.keys is None else self.keys[part]
        first, bodies, places = self.first + start, self.bodies[part], self.places[part]
        return replace(self, first=first, keys=keys, bodies=bodies, places=places)

    def place(self, index: int) -> str:
        """Return where the row of that index stands in the file."""
        return f"{self.unit} {self.places[index]:,}"

    def written(self, _: Contract) -> list[tuple[bytes, bytes]]:
        """Return key and body of each row, which are canonical by then."""
        return list(zip(self.keys or (), self.bodies, strict=True))

    def canonical(self, contract: Contract, limits: Settings) -> Offered:
        """Return the rows as records are written, keys and all."""
        if self.keys is not None:
            return self
        keys, bodies = zip(*(canonical(contract, body, limits) for body in self.bodies), strict=True)
        return replace(self, keys=keys, bodies=bodies)


class Form(Protocol):
    """How the rows of a file of one kind are read."""

    path: Path

    def survey(self) -> int:
        """Return about how many rows there are; raises ``InputUnfit`` for a file beyond its limits."""

    def slices(self, skip: int = 0) -> Iterator[Offered]:
        """Yield the rows after the first ``skip``."""

    def marks(self, counts: Collection[int]) -> dict[int, str]:
        """Return a mark of the first so many rows, by which a repaired or grown file is recognised."""


def canonical(contract: Contract, body: bytes, limits: Settings) -> tuple[bytes, bytes]:
    """Return key and body of the event that ``body`` tells, its numbers as they are written there."""
    sent = {name: _plain(value) for name, value in json_text.body(body, limits).fields.items()}
    return event.key(contract, sent), event.body(contract, sent)


def sent(body: bytes, limits: Settings) -> Mapping[str, object]:
    """Return the fields that stand in ``body``; none where it is not one JSON object."""
    try:
        return json_text.body(body, limits).fields
    except json_text.Unreadable:
        return {}


def _plain(value: object) -> msgspec.Raw | str | None:
    return msgspec.Raw(value.literal.encode()) if isinstance(value, Number) else None if value is None else str(value)
