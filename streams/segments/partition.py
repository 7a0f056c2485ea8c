"""One partition's folder in the landing: segments that must follow one another."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

import polars as pl

from puyango.errors import ChainBroken
from streams.judging.horizon import EPOCH
from streams.schema import INSTANT
from streams.segments.segment import Segment, name

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

SEGMENT = re.compile(r"[0-9]{20}\.parquet")
CLOCK = {"known_at": INSTANT}


@dataclass(frozen=True)
class Partition:
    """The segments of ``folder`` in the order of their names; foreign files and links are never opened."""

    folder: Path

    def names(self) -> list[str]:
        """Return the names of the segments, in order."""
        if not self.folder.is_dir():
            return []
        found = (entry for entry in self.folder.iterdir() if SEGMENT.fullmatch(entry.name))
        return sorted(entry.name for entry in found if not entry.is_symlink() and entry.is_file())

    def last(self) -> Segment | None:
        """Return the last segment."""
        names = self.names()
        return self._read(names[-1]) if names else None

    def latest(self, last: Segment | None) -> datetime:
        """Return the latest append time of all rows up to those of ``last``, the epoch where there is none.

        Rows are asked only where the footer of ``last`` does not say it.
        """
        if last is None:
            return EPOCH
        if last.latest:
            return last.latest
        paths = [self.folder / entry for entry in self.names() if entry <= last.path.name]
        rows = pl.scan_parquet(paths, glob=False, hive_partitioning=False, schema=CLOCK, extra_columns="ignore")
        return later(EPOCH, rows.select(pl.col("known_at").max()).collect())

    def scan(self) -> Iterator[Segment]:
        """Yield the segments by their footers alone, unproven."""
        return map(self._read, self.names())

    def walk(self) -> Iterator[Segment]:
        """Yield the segments, each proven to follow the one before; raises ``ChainBroken`` naming both neighbours."""
        previous: Segment | None = None
        for segment in self.scan():
            if previous is None and segment.previous_sha256:
                raise _broken(segment, "but the segments before it are missing")
            if previous is not None and segment.first != previous.next:
                raise _broken(previous, f"but {segment.path.name} begins at {segment.first}")
            if previous is not None and segment.previous_sha256 != previous.sha256:
                raise _broken(previous, f"but its bytes are not those that {segment.path.name} was landed after")
            yield segment
            previous = segment

    def before(self, first: int) -> Segment | None:
        """Return the segment that ends at ``first``, None where the chain begins there.

        Raises ``FileExistsError`` if the chain is past ``first``, ``ChainBroken`` if it ends before.
        """
        before = [entry for entry in self.names() if entry < name(first)]
        if not before and first:
            what = f"a segment would begin at offset {first} in {self.folder}, where nothing has landed yet"
            raise ChainBroken(what, "Start the ingester again: it reads from the beginning.")
        if not before:
            return None
        last = self._read(before[-1])
        if last.next > first:
            raise FileExistsError(last.path)
        if last.next < first:
            raise _broken(last, f"but the next would begin at {first}")
        return last

    def _read(self, entry: str) -> Segment:
        segment = Segment.read(self.folder / entry)
        if name(segment.first) != entry:
            raise _broken(segment, "which is not what its name says")
        return segment


def later(latest: datetime, rows: pl.DataFrame) -> datetime:
    """Return the latest append time once ``rows`` follow."""
    last = rows.get_column("known_at").max()
    return max(latest, last) if isinstance(last, datetime) else latest


def _broken(segment: Segment, fact: str) -> ChainBroken:
    what = f"{segment.path} holds the offsets {segment.first} to {segment.next - 1}, {fact}"
    return ChainBroken(what, "Restore the missing or changed file from a backup; nothing after it moves until then.")
