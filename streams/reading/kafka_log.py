"""The log of a Kafka cluster, read by static assignment from places that the landing names."""

from __future__ import annotations

import time
from contextlib import suppress
from typing import TYPE_CHECKING

import structlog
from kafka import KafkaConsumer, TopicPartition
from kafka.errors import KafkaError
from kafka.structs import OffsetAndMetadata

from puyango.errors import PuyangoError, TopicMissing, Unreachable
from streams.broker import topics
from streams.broker.client import consumer_options
from streams.reading import runs, stops, trouble, unpacking
from streams.reading.log import Chain, PartitionStopped
from streams.reading.watchdog import Watchdog

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from kafka.consumer.fetcher import ConsumerRecord

    from puyango.errors import OperatorNeeded
    from puyango.settings import Settings
    from streams.contract import Contract
    from streams.reading.log import Batch, Place

log = structlog.get_logger()

FETCHES = 3
GRACE_S = 30.0
CLOSE_MS = 5_000
PARCELS = 16


class KafkaLog:
    """The topics of ``contracts``. Raw bytes, no rebalancing, nothing resets: positions are ours alone."""

    def __init__(self, settings: Settings, contracts: Iterable[Contract]) -> None:
        """Connect; raises ``Unreachable``, ``NotPermitted`` or ``ConfigRefused``.

        A topic that is missing keeps no other from being read: whoever asks for its chain is told.
        """
        self._settings = settings
        self._contracts = {contract.topic: contract for contract in contracts}
        with suppress(TopicMissing):
            topics.require(settings, self._contracts.values())
        unpacking.install(settings.batch_bytes)
        self._at: dict[Place, int] = {}
        self._stopped: list[PartitionStopped] = []
        self._fetches: dict[Place, tuple[int, int]] = {}
        self._failures = 0
        self._parcels = PARCELS
        self._watchdog = Watchdog()
        self._consumer = self._connected()

    def chain(self, topic: str) -> Chain:
        """Return which log the topic is now; another thread may ask."""
        found = self._topic(topic)
        return Chain(found.cluster_id, found.topic_id, topic)

    def partitions(self, topic: str) -> list[int]:
        """Return the numbers of the topic's partitions in order."""
        return list(range(self._topic(topic).partitions))

    def begin_offsets(self, topic: str) -> dict[int, int]:
        """Return the first offset that can still be read, by partition."""
        return self._offsets(topic, KafkaConsumer.beginning_offsets)

    def end_offsets(self, topic: str) -> dict[int, int]:
        """Return the last stable offset, by partition."""
        return self._offsets(topic, KafkaConsumer.end_offsets)

    def assign(self, places: Mapping[Place, int]) -> None:
        """Read from these places from now on, and from no others."""
        self._at = dict(places)
        self._consumer.assign([TopicPartition(*place) for place in places])
        for place, offset in places.items():
            self._consumer.seek(TopicPartition(*place), offset)

    def seek(self, topic: str, partition: int, offset: int) -> None:
        """Read this place on from ``offset``."""
        self._at[topic, partition] = offset
        self._consumer.seek(TopicPartition(topic, partition), offset)

    def poll(self, timeout_s: float) -> list[Batch]:
        """Return the next runs; raises ``PartitionStopped`` for a place that cannot be read on."""
        if self._stopped:
            raise self._stopped.pop(0)
        if not self._at:
            time.sleep(timeout_s)
            return []
        try:
            carried, ends = self._polled(timeout_s)
        except (MemoryError, PuyangoError):
            raise
        except Exception as error:  # noqa: BLE001 (the library raises classes of many unrelated packages)
            self._answer(error)
            return []
        self._failures = 0
        found = [
            runs.found(place, at, [record.checksum for record in carried.get(place, ())], ends[place], self._log_end)
            for place, at in self._at.items()
        ]
        for each in found:
            self._go_on(each)
        return [batch for each in found for batch in each.batches]

    def commit(self, topic: str, partition: int, next_offset: int, leader_epoch: int | None) -> None:
        """Tell the group how far we have landed; a cluster that does not take it down loses a signal of lag."""
        epoch = -1 if leader_epoch is None else leader_epoch
        place = {TopicPartition(topic, partition): OffsetAndMetadata(next_offset, "", epoch)}
        try:
            self._consumer.commit(place, timeout_ms=CLOSE_MS)
        except KafkaError as error:
            log.info("offset not committed", topic=topic, partition=partition, error=type(error).__name__)

    def close(self) -> None:
        """Give back connections and threads."""
        self._watchdog.rest()
        self._consumer.close(autocommit=False, timeout_ms=CLOSE_MS)

    def _polled(self, timeout_s: float) -> tuple[dict[Place, list[ConsumerRecord]], dict[Place, int]]:
        limit = 3 * self._settings.poll_s + GRACE_S
        with self._watchdog.limit("poll", limit), unpacking.at_most(self._settings.batch_bytes):
            carried = self._consumer.poll(timeout_ms=round(timeout_s * 1000), max_records=self._parcels)
            ends = {place: self._consumer.position(TopicPartition(*place), timeout_ms=0) for place in self._at}
        parcels, records = sum(map(len, carried.values())), sum(ends[place] - at for place, at in self._at.items())
        if parcels and records > 0:
            self._parcels = max(1, self._settings.kafka_max_poll_records * parcels // records)
        return carried, ends

    def _go_on(self, found: runs.Found) -> None:
        """Stand behind what was found; go back where it is to be fetched again, stop at the third corrupt fetch."""
        self._at[found.place] = found.next
        if not found.again:
            return
        at, fetches = self._fetches.get(found.place, (found.next, 0))
        if found.again == unpacking.CORRUPT:
            fetches = fetches + 1 if at == found.next else 1
            self._fetches[found.place] = (found.next, fetches)
            log.warning("batch is corrupt", place=stops.shown(found.place), offset=found.next, fetches=fetches)
        if fetches >= FETCHES:
            self._stop(found.place, stops.corrupt(found.place, found.next, "checksum or header is wrong"))
        else:
            self.seek(*found.place, found.next)

    def _answer(self, error: Exception) -> None:
        """Stop the places that ``error`` is about; where it does not say, connect anew, and thrice in vain is enough.

        After an exception the library may hang on the next call, so its client is never called again.
        """
        log.warning("poll failed", error=f"{type(error).__name__}: {error}")
        explained = trouble.explained(error, self._at, self)
        self._failures += not explained
        self._consumer.close(autocommit=False, timeout_ms=CLOSE_MS)
        if self._failures >= FETCHES:
            explained = trouble.culprits(self._connected, self._at, self._settings.poll_s)
            if not explained:
                raise Unreachable(f"{self._failures} polls failed: {error}", "Look at the broker's log; start again.")
        self._consumer = self._connected()
        self.assign({place: at for place, at in self._at.items() if place not in explained})
        self._stopped += [PartitionStopped(place, stop) for place, stop in explained.items()]

    def _stop(self, place: Place, stop: OperatorNeeded) -> None:
        self._stopped.append(PartitionStopped(place, stop))
        self.assign({other: at for other, at in self._at.items() if other != place})

    def _connected(self) -> KafkaConsumer:
        try:
            return KafkaConsumer(**consumer_options(self._settings))
        except KafkaError as error:
            raise Unreachable(f"no broker answers: {error}", "Start it, or correct the address.") from error

    def _topic(self, topic: str) -> topics.Topic:
        contract = self._contracts[topic]
        return topics.require(self._settings, [contract])[contract.name]

    def _offsets(self, topic: str, ask: Callable[..., dict[TopicPartition, int]]) -> dict[int, int]:
        places = [TopicPartition(topic, partition) for partition in self.partitions(topic)]
        try:
            return {place.partition: offset for place, offset in ask(self._consumer, places).items()}
        except KafkaError as error:
            raise Unreachable(f"the ends of topic {topic} cannot be had: {error}", "Start the broker again.") from error

    def _log_end(self, place: Place) -> int:
        return self.end_offsets(place[0])[place[1]]
