"""The sending end of a topic: records go out in order, and every one is accounted for."""

from __future__ import annotations

import gc
from typing import TYPE_CHECKING, NamedTuple, Protocol, Self

from kafka import KafkaProducer, errors

from puyango.errors import NotPermitted, PuyangoError, TopicMissing, Unreachable
from streams.broker.client import producer_options

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from types import TracebackType

    from kafka.producer.future import FutureRecordMetadata

    from puyango.settings import Settings

DENIED = (errors.TopicAuthorizationFailedError, errors.ClusterAuthorizationFailedError)
CLOSE_S = 5.0
RESUME = "Start the same command again: it goes on where this one ended."


class Outgoing(NamedTuple):
    """One record on its way."""

    partition: int
    key: bytes
    value: bytes
    headers: list[tuple[str, bytes]]


class Pending(Protocol):
    """Records that were sent and may not have been acknowledged yet."""

    def acknowledged(self, limit_s: float) -> Mapping[int, int]:
        """Return the offset after the last of them, by partition; raises when one was not kept by the log."""


class Outlet(Protocol):
    """What a replay needs of the log it sends to."""

    def send(self, records: Iterable[Outgoing]) -> Pending:
        """Send the records in order; they may be acknowledged later."""


class KafkaPending:
    """The futures of records sent to Kafka."""

    def __init__(self, topic: str, futures: list[FutureRecordMetadata]) -> None:
        """Keep them."""
        self._topic = topic
        self._futures = futures

    def acknowledged(self, limit_s: float) -> dict[int, int]:
        """Return the offset after the last of them, by partition."""
        offsets: dict[int, int] = {}
        try:
            for future in self._futures:
                kept = future.value if future.succeeded() else future.get(limit_s)
                offsets[kept.partition] = max(offsets.get(kept.partition, 0), kept.offset + 1)
        except errors.KafkaError as error:
            raise failure(error, self._topic) from None
        return offsets


class KafkaOutlet:
    """A topic of Kafka, written by a producer that repeats and reorders nothing."""

    def __init__(self, settings: Settings, topic: str) -> None:
        """Connect; raises ``Unreachable`` when nothing answers in time."""
        self._topic = topic
        self._limit_s = settings.request_s
        try:
            self._producer = KafkaProducer(**producer_options(settings))
        except errors.KafkaError as error:
            raise failure(error, topic) from None

    def __enter__(self) -> Self:
        """Return it, with the garbage collector slowed down.

        The library makes several objects a record that outlive a young collection; visiting them in vain takes a
        third of the time.
        """
        self._thresholds = gc.get_threshold()
        gc.set_threshold(100_000, 50, 50)
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        """Give back connections and threads; what is still unsent after an error is dropped."""
        gc.set_threshold(*self._thresholds)
        try:
            self._producer.close(timeout=0 if kind else self._limit_s)
        except errors.KafkaError:
            self._drop()

    def send(self, records: Iterable[Outgoing]) -> KafkaPending:
        """Send the records in order; they are acknowledged later."""
        send, topic = self._producer.send, self._topic
        try:
            futures = [
                send(topic, value=value, key=key, headers=headers, partition=partition)
                for partition, key, value, headers in records
            ]
        except errors.KafkaError as error:
            raise failure(error, topic) from None
        return KafkaPending(topic, futures)

    def _drop(self) -> None:
        """Give up what is unsent: where its flush fails, the library leaves its thread and sockets behind."""
        sender = self._producer._sender  # noqa: SLF001 (it has no other door)
        sender.force_close()
        sender.join(CLOSE_S)
        self._producer.close(timeout=CLOSE_S)


def failure(error: errors.KafkaError, topic: str) -> PuyangoError:
    """Return the error of the platform that says what ``error`` means for a producer to ``topic``."""
    if isinstance(error, DENIED):
        return NotPermitted(f"this client may not write to topic {topic}", f"Grant WRITE on {topic} to it.")
    if isinstance(error, errors.UnknownTopicOrPartitionError):
        return TopicMissing(f"topic {topic} is gone", "See docs, or make it with: puyango topic create FAMILY")
    return Unreachable(f"topic {topic} did not take a record: {type(error).__name__} {error}".rstrip(), RESUME)
