"""A log in memory that keeps the promises of the real one, and one that dies when told to."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from puyango.errors import TopicMissing
from streams.reading import stops
from streams.reading.log import Batch, Chain, PartitionStopped

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from streams.reading.log import Place

MOMENT_S = 0.01
APPENDED_MS = 1_760_000_000_000


@dataclass(frozen=True, slots=True)
class MemoryRecord:
    """A record of the log in memory."""

    offset: int
    timestamp: int
    key: bytes | None
    value: bytes | None
    headers: Sequence[tuple[str, bytes | None]] = ()
    leader_epoch: int | None = 0


@dataclass
class MemoryLog:
    """Topics of this process: offsets may have holes, beginnings may expire, topics may be made anew.

    ``limit`` is the most records that one poll returns from one partition.
    """

    cluster_id: str = "memory"
    limit: int = 1_000
    committed: dict[Place, int] = field(default_factory=dict)
    _ids: dict[str, str] = field(default_factory=dict)
    _runs: dict[Place, list[Batch]] = field(default_factory=dict)
    _ends: dict[Place, int] = field(default_factory=dict)
    _begins: dict[Place, int] = field(default_factory=dict)
    _at: dict[Place, int] = field(default_factory=dict)
    _stopped: list[PartitionStopped] = field(default_factory=list)

    def create(self, topic: str, partitions: int = 1, topic_id: str = "first") -> None:
        """Make the topic, empty; made anew it is another one, with another ``topic_id``."""
        self._ids[topic] = topic_id
        for place in [(topic, partition) for partition in range(partitions)]:
            self._runs[place], self._ends[place], self._begins[place] = [], 0, 0

    def delete(self, topic: str) -> None:
        """Forget the topic."""
        del self._ids[topic]

    def append(
        self,
        place: Place,
        values: Sequence[bytes | None],
        *,
        keys: Sequence[bytes | None] | None = None,
        headers: Sequence[tuple[str, bytes | None]] = (),
        timestamp: int = APPENDED_MS,
        undecodable: str = "",
    ) -> None:
        """Append one batch of records."""
        first = self._ends[place]
        keyed = zip(keys or [None] * len(values), values, strict=True)
        records = [MemoryRecord(first + n, timestamp, key, value, headers) for n, (key, value) in enumerate(keyed)]
        self._ends[place] += len(records)
        self._runs[place].append(Batch(*place, first, self._ends[place], records, undecodable))

    def skip(self, place: Place, offsets: int) -> None:
        """Leave a hole, as an aborted transaction does."""
        self._ends[place] += offsets
        self._runs[place].append(Batch(*place, self._ends[place] - offsets, self._ends[place], []))

    def expire(self, place: Place, offset: int) -> None:
        """Delete what lies before ``offset``, as retention does."""
        self._begins[place] = offset

    def chain(self, topic: str) -> Chain:
        """Return which log the topic is now."""
        self._known(topic)
        return Chain(self.cluster_id, self._ids[topic], topic)

    def partitions(self, topic: str) -> list[int]:
        """Return the numbers of the topic's partitions."""
        self._known(topic)
        return sorted(partition for name, partition in self._ends if name == topic)

    def begin_offsets(self, topic: str) -> dict[int, int]:
        """Return the first offset that is still there, by partition."""
        return {partition: self._begins[topic, partition] for partition in self.partitions(topic)}

    def end_offsets(self, topic: str) -> dict[int, int]:
        """Return the offset after the last, by partition."""
        return {partition: self._ends[topic, partition] for partition in self.partitions(topic)}

    def assign(self, places: Mapping[Place, int]) -> None:
        """Read from these places from now on."""
        self._at = dict(places)

    def seek(self, topic: str, partition: int, offset: int) -> None:
        """Read this place on from ``offset``."""
        self._at[topic, partition] = offset

    def poll(self, timeout_s: float) -> list[Batch]:
        """Return the next run of every assigned place that has one, or nothing after a moment."""
        if self._stopped:
            raise self._stopped.pop()
        found = [batch for place in list(self._at) for batch in self._next(place)]
        if not found:
            time.sleep(min(timeout_s, MOMENT_S))
        return found

    def commit(self, topic: str, partition: int, next_offset: int, leader_epoch: int | None) -> None:  # noqa: ARG002 (kept by the real log)
        """Remember how far the reader says it is; nobody asks."""
        self.committed[topic, partition] = next_offset

    def close(self) -> None:
        """Nothing is held."""

    def _next(self, place: Place) -> list[Batch]:
        at = self._at[place]
        if not self._begins[place] <= at <= self._ends[place]:
            del self._at[place]
            stop = stops.out_of_range(place, at, self._begins[place], self._ends[place])
            self._stopped.append(PartitionStopped(place, stop))
            return []
        run = next((run for run in self._runs[place] if run.first <= at < run.next), None)
        if run is None:
            return []
        ahead = [record for record in run.records if record.offset >= at]
        cut = ahead if run.undecodable else ahead[: self.limit]
        self._at[place] = run.next if len(cut) == len(ahead) else cut[-1].offset + 1
        return [Batch(*place, at, self._at[place], cut, run.undecodable)]

    def _known(self, topic: str) -> None:
        if topic not in self._ids:
            raise TopicMissing(f"topic {topic} does not exist", "Create it with: puyango topic create")


@dataclass
class FragileLog(MemoryLog):
    """A log under which the process dies: ``burn`` is called at every poll and commit, and may raise."""

    burn: Callable[[], None] = lambda: None

    def poll(self, timeout_s: float) -> list[Batch]:
        """Burn, then poll."""
        self.burn()
        return super().poll(timeout_s)

    def commit(self, topic: str, partition: int, next_offset: int, leader_epoch: int | None) -> None:
        """Burn, then commit."""
        self.burn()
        super().commit(topic, partition, next_offset, leader_epoch)
