"""What hop 1 needs of Kafka: an ordered log of records in partitions, read from a place that we choose."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from puyango.errors import PuyangoError

OVERSIZE = "oversize_decompressed"
UNDECODABLE = "undecodable_batch"

Place = tuple[str, int]
"""Topic and partition."""


@dataclass(frozen=True, slots=True)
class Chain:
    """Which log it is: a topic made anew, or a cluster built anew under the old names, is another chain."""

    cluster_id: str
    topic_id: str
    topic: str

    @property
    def folder(self) -> str:
        """Name of the chain in the landing."""
        return f"{self.cluster_id}-{self.topic_id}"


class Record(Protocol):
    """One record as kafka-python gives it; ``timestamp`` is the broker's append time in milliseconds."""

    @property
    def offset(self) -> int: ...  # noqa: D102 (the class says it)
    @property
    def timestamp(self) -> int: ...  # noqa: D102 (as above)
    @property
    def key(self) -> bytes | None: ...  # noqa: D102 (as above)
    @property
    def value(self) -> bytes | None: ...  # noqa: D102 (as above)
    @property
    def headers(self) -> Sequence[tuple[str, bytes | None]]: ...  # noqa: D102 (as above)
    @property
    def leader_epoch(self) -> int | None: ...  # noqa: D102 (as above)


@dataclass(frozen=True, slots=True)
class Batch:
    """A run of offsets ``[first, next)`` of one partition; those without a record are holes of the log.

    Where ``undecodable`` names a reason (``oversize_decompressed``, ``undecodable_batch``), the log could not
    unpack the run: it has one record per offset, and the first carries the packed bytes as its value.
    """

    topic: str
    partition: int
    first: int
    next: int
    records: Sequence[Record]
    undecodable: str = ""

    @property
    def place(self) -> Place:
        """Topic and partition."""
        return self.topic, self.partition


class PartitionStopped(Exception):
    """One partition cannot be read on from where it stands; ``error`` says why. The others can."""

    def __init__(self, place: Place, error: PuyangoError) -> None:
        """Name the place and the reason."""
        super().__init__(f"{place[0]}[{place[1]}]: {error}")
        self.place = place
        self.error = error


class Log(Protocol):
    """A log with topics and partitions. Positions are ours; what the log remembers of readers is never read."""

    def chain(self, topic: str) -> Chain:
        """Return which log the topic is now; raises ``TopicMissing``, ``Unreachable``."""

    def partitions(self, topic: str) -> list[int]:
        """Return the numbers of the topic's partitions in order."""

    def begin_offsets(self, topic: str) -> dict[int, int]:
        """Return the first offset that can still be read, by partition."""

    def end_offsets(self, topic: str) -> dict[int, int]:
        """Return the offset after the last one that a committed reader may see, by partition."""

    def assign(self, places: Mapping[Place, int]) -> None:
        """Read from these places from now on, and from no others."""

    def seek(self, topic: str, partition: int, offset: int) -> None:
        """Read this place on from ``offset``."""

    def poll(self, timeout_s: float) -> list[Batch]:
        """Return the next runs, each beginning where the place's last one ended; raises ``PartitionStopped``."""

    def commit(self, topic: str, partition: int, next_offset: int, leader_epoch: int | None) -> None:
        """Tell the log how far we have landed: a signal of lag, nothing more."""

    def close(self) -> None:
        """Give back connections and threads."""
