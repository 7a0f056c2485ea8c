"""Rows of one partition that are judged and not landed yet."""

from __future__ import annotations

import time
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

import polars as pl

from streams.segments.conservation import holes, merged

if TYPE_CHECKING:
    from collections.abc import Iterator

    from streams.reading.log import Batch
    from streams.segments.segment import Gap


@dataclass
class Hold:
    """The run ``[first, next)``, growing at its end; ``since`` is when it began, on the monotonic clock."""

    first: int
    next: int
    rows: int = 0
    frames: list[pl.DataFrame] = field(default_factory=list)
    holes: list[Gap] = field(default_factory=list)
    leader_epoch: int | None = None
    since: float = field(default_factory=time.monotonic)

    def add(self, batch: Batch, frame: pl.DataFrame) -> None:
        """Take the rows of the batch that follows."""
        self.frames.append(frame)
        self.holes += holes(batch)
        self.rows += frame.height
        self.next = batch.next
        if batch.records:
            self.leader_epoch = batch.records[-1].leader_epoch

    def frame(self) -> pl.DataFrame:
        """Return all rows as one frame."""
        return pl.concat(self.frames)

    def gaps(self) -> list[Gap]:
        """Return the offsets without a row."""
        return merged(self.holes)


def cuts(batch: Batch, room: int, size: int) -> Iterator[Batch]:
    """Yield ``batch`` in parts: the first of at most ``room`` records, the others of ``size``.

    A batch that could not be unpacked is not cut, for it was not read record by record.
    """
    begin, first = 0, batch.first
    while not batch.undecodable and len(batch.records) - begin > room:
        end = begin + room
        until = batch.records[end].offset
        yield replace(batch, first=first, next=until, records=batch.records[begin:end])
        begin, first, room = end, until, size
    yield replace(batch, first=first, records=batch.records[begin:]) if begin else batch
