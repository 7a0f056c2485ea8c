"""Bodies of events, one JSON object a line, as producers send them."""

from __future__ import annotations

import hashlib
from itertools import islice
from typing import TYPE_CHECKING

from streams.offers.offered import Offered
from streams.sources.lines import Lines
from streams.sources.table import SLICE_ROWS, unfit

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator
    from pathlib import Path

    from streams.sources.table import Limits


class JsonLines:
    """One file of bodies; blank lines are passed over."""

    def __init__(self, path: Path, limits: Limits) -> None:
        """Take the file."""
        self.path = path
        self._limits = limits
        self._lines = Lines(path, limits)

    def survey(self) -> int:
        """Return how many bodies there are."""
        rows = 0
        for rows, _ in enumerate(self._bodies(), 1):
            if rows > self._limits.rows:
                raise unfit(self.path, f"has more than {self._limits.rows:,} rows", "Split the file.")
        return rows

    def slices(self, skip: int = 0) -> Iterator[Offered]:
        """Yield the bodies after the first ``skip``."""
        rows, first = islice(self._bodies(), skip, None), skip + 1
        while part := list(islice(rows, SLICE_ROWS)):
            places, bodies = zip(*part, strict=True)
            yield Offered(first, None, bodies, places, "line", columns=False)
            first += len(part)

    def marks(self, counts: Collection[int]) -> dict[int, str]:
        """Return the SHA-256 of the first so many bodies."""
        digest = hashlib.sha256()
        found = {}
        for number, (_, body) in enumerate(islice(self._bodies(), max(counts, default=0)), 1):
            digest.update(body + b"\n")
            if number in counts:
                found[number] = digest.hexdigest()
        return found

    def _bodies(self) -> Iterator[tuple[int, bytes]]:
        for number, line in enumerate(self._lines.raw(), 1):
            if body := line.rstrip(b"\r\n"):
                yield number, body
