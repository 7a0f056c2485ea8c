"""Carries the events of one file to one topic, and keeps a checkpoint of what has arrived."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

from streams import event
from streams.sources import traces
from streams.sources.outlet import Outgoing

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from streams.contract import Contract
    from streams.reading.log import Log
    from streams.sources.checkpoint import Checkpoint, Checkpoints
    from streams.sources.outlet import Outlet, Pending
    from streams.sources.supply import Piece

STEPS_PER_S = 5


@dataclass(frozen=True, slots=True)
class Pace:
    """No more than ``rate`` records a second; None: as fast as they go."""

    rate: float | None = None
    clock: Callable[[], float] = time.monotonic
    sleep: Callable[[float], None] = time.sleep

    def steps(self, part: Piece) -> Iterator[Piece]:
        """Yield the events in pieces, each when it is due."""
        if self.rate is None:
            yield part
            return
        rows = max(1, int(self.rate / STEPS_PER_S))
        for start in range(0, part.height, rows):
            piece = part.cut(start, rows)
            due = self.clock() + piece.height / self.rate
            yield piece
            self.sleep(max(0.0, due - self.clock()))


@dataclass(frozen=True, slots=True)
class Way:
    """Where records go: the log they are read back from, the outlet they are sent to, the checkpoints between.

    An acknowledgement is awaited for ``limit_s``. What a dead producer had handed to the network may still be
    written for ``last_words_s``.
    """

    contract: Contract
    log: Log
    outlet: Outlet
    checkpoints: Checkpoints
    partitions: int
    limit_s: float
    last_words_s: float = 1.0


class Courier:
    """Sends in order, one piece ahead of what has been acknowledged; ``kept`` is the checkpoint on disk.

    A row below the checkpoint has arrived. A row after it may have: ``arrived`` names those that a replay which
    died had sent, and they are passed over.
    """

    def __init__(self, way: Way, kept: Checkpoint, arrived: frozenset[int]) -> None:
        """Go on from ``kept``."""
        self.kept = kept
        self.sent = 0
        self._way = way
        self._arrived = arrived
        self._pending: tuple[int, Pending] | None = None

    def carry(self, part: Piece) -> None:
        """Send the events; those of the call before have been acknowledged by then."""
        records = list(self._records(part))
        before, self._pending = self._pending, (part.last, self._way.outlet.send(records))
        self.sent += len(records)
        if before is not None:
            self._keep(*before, self._way.limit_s)

    def settle(self, limit_s: float = 0.0) -> None:
        """Wait, as long as the way allows or ``limit_s``, until all that was sent is acknowledged, and keep that."""
        if self._pending is not None:
            self._keep(*self._pending, limit_s or self._way.limit_s)
            self._pending = None

    def _keep(self, last: int, pending: Pending, limit_s: float) -> None:
        self.kept = self._way.checkpoints.keep(self.kept.advanced(last, pending.acknowledged(limit_s)))

    def _records(self, part: Piece) -> Iterator[Outgoing]:
        contract = self._way.contract
        written = part.written(contract)
        places = event.partitions([key for key, _ in written], self._way.partitions)
        schema = ("schema", contract.schema_header)
        for row, (key, body), place in zip(range(part.first, part.last + 1), written, places, strict=True):
            if row not in self._arrived:
                yield Outgoing(place, key, body, [schema, traces.origin(self.kept.mark, row)])
