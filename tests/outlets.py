"""A topic in memory that replays send to, and die over when told to."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from streams.reading.memory_log import MemoryLog
from streams.sources.checkpoint import Checkpoints
from streams.sources.courier import Pace, Way

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence
    from pathlib import Path

    from streams.contract import Contract
    from streams.reading.log import Record
    from streams.sources.outlet import Outgoing

STEPS = Pace(25.0, clock=lambda: 0.0, sleep=lambda _: None)
"""Five rows at a time, as fast as they go."""


class CrashError(Exception):
    """The process died."""


def fuse(life: int) -> Callable[[], None]:
    """Return what dies when it is called for the last time."""
    left = iter(range(life))

    def burn() -> None:
        if next(left, None) is None:
            raise CrashError

    return burn


@dataclass(frozen=True)
class Arrived:
    """Records that a log in memory has acknowledged."""

    offsets: Mapping[int, int]

    def acknowledged(self, limit_s: float) -> Mapping[int, int]:  # noqa: ARG002 (Kafka's needs it)
        """Return how far."""
        return self.offsets


@dataclass(frozen=True)
class MemoryOutlet:
    """Sends to a topic in memory: in order within a partition, in any between them, and may die at any record."""

    log: MemoryLog
    topic: str
    order: Sequence[int]
    burn: Callable[[], None]

    def send(self, records: Iterable[Outgoing]) -> Arrived:
        """Append them."""
        offsets = {}
        for partition, key, value, headers in sorted(records, key=lambda one: self.order.index(one.partition)):
            self.burn()
            self.log.append((self.topic, partition), [value], keys=[key], headers=headers)
            offsets[partition] = self.log.end_offsets(self.topic)[partition]
        return Arrived(offsets)


@dataclass(frozen=True)
class Topic:
    """The topic of ``contract``, of four partitions; checkpoints lie in ``home``."""

    contract: Contract
    home: Path
    log: MemoryLog = field(default_factory=MemoryLog)

    def __post_init__(self) -> None:
        """Make it."""
        self.log.create(self.contract.topic, partitions=4)

    def way(self, order: Sequence[int] = range(4), burn: Callable[[], None] = lambda: None, chain: str = "c") -> Way:
        """Return a way to it."""
        outlet = MemoryOutlet(self.log, self.contract.topic, order, burn)
        return Way(self.contract, self.log, outlet, Checkpoints(self.home, chain), 4, 5.0, last_words_s=0.0)

    def records(self) -> list[Record]:
        """Return all that is on it."""
        self.log.assign({(self.contract.topic, partition): 0 for partition in range(4)})
        found: list[Record] = []
        while batches := self.log.poll(0.0):
            found += [record for batch in batches for record in batch.records]
        return found

    def carried(self) -> Counter[bytes]:
        """Return how often each body is on it."""
        return Counter(record.value or b"" for record in self.records())
