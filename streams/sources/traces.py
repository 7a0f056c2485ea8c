"""Traces that a file left on a topic: the rows of it that a replay which died had sent after its checkpoint."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from puyango.errors import Unreachable
from streams.reading.log import PartitionStopped

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from streams.reading.log import Batch, Log

ORIGIN = "origin"
ROW = re.compile(rb"[1-9][0-9]{0,18}")
"""A number after another mark is left with that mark, and anybody may send a header of this name."""


def origin(mark: str, row: int) -> tuple[str, bytes]:
    """Return the header that says from which row of which file a record is."""
    return ORIGIN, f"{mark}:{row}".encode()


def rows(log: Log, topic: str, offsets: Mapping[int, int], mark: str, quiet_polls: int) -> frozenset[int]:
    """Return the rows of the file with that mark that lie on the topic from ``offsets`` on.

    Raises ``Unreachable`` after as many polls without an answer.
    """
    ends = log.end_offsets(topic)
    places = {(topic, partition): offset for partition, offset in offsets.items() if offset < ends[partition]}
    log.assign(places)
    found: set[int] = set()
    quiet = 0
    while places:
        try:
            batches = log.poll(1.0)
        except PartitionStopped as stopped:
            raise stopped.error from None
        for batch in batches:
            found.update(_rows(batch, f"{mark}:".encode()))
            places[batch.place] = batch.next
        places = {place: offset for place, offset in places.items() if offset < ends[place[1]]}
        quiet = 0 if batches else quiet + 1
        if quiet > quiet_polls:
            raise Unreachable(f"topic {topic} does not answer", "Try again in a moment.")
    log.assign({})
    return frozenset(found)


def _rows(batch: Batch, begin: bytes) -> Iterator[int]:
    for record in batch.records:
        for name, value in record.headers:
            if name == ORIGIN and value is not None and (row := ROW.fullmatch(value.removeprefix(begin))):
                yield int(row[0])
