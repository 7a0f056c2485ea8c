"""What an exception of kafka-python means for the partitions that are read."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kafka import TopicPartition
from kafka.errors import (
    AuthorizationError,
    LogTruncationError,
    NoOffsetForPartitionError,
    OffsetOutOfRangeError,
)

from puyango.errors import NotPermitted
from streams.reading import stops

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from kafka import KafkaConsumer

    from puyango.errors import OperatorNeeded
    from streams.reading.log import Log, Place

CLOSE_MS = 1_000


def explained(error: Exception, at: Mapping[Place, int], log: Log) -> dict[Place, OperatorNeeded]:
    """Return the places that ``error`` stops for good, and why; none where trying again may help.

    Raises ``NotPermitted`` where the right to read was withdrawn.
    """
    match error:
        case OffsetOutOfRangeError():
            return {place: stop for place in map(tuple, error.args[0]) if (stop := _out_of_range(place, at, log))}
        case LogTruncationError():
            fact = "the log was cut back behind our position and went on with other records"
            return {tuple(place): stops.truncated(tuple(place), fact) for place in error.divergent_offsets}
        case NoOffsetForPartitionError():
            return {place: stops.no_position(place) for place in at}
        case AuthorizationError():
            raise NotPermitted(f"the right to read was withdrawn: {error}", "Grant READ on the topics again.")
        case _:
            return {}


def _out_of_range(place: Place, at: Mapping[Place, int], log: Log) -> OperatorNeeded | None:
    topic, partition = place
    begin, end = log.begin_offsets(topic)[partition], log.end_offsets(topic)[partition]
    within = begin <= at[place] <= end
    return None if within else stops.out_of_range(place, at[place], begin, end)


def culprits(
    connect: Callable[[], KafkaConsumer], at: Mapping[Place, int], timeout_s: float
) -> dict[Place, OperatorNeeded]:
    """Return the places that cannot be read even alone: the library does not say which one it failed on."""
    facts = {place: _fails(connect, place, offset, timeout_s) for place, offset in at.items()}
    return {place: stops.corrupt(place, at[place], fact) for place, fact in facts.items() if fact}


def _fails(connect: Callable[[], KafkaConsumer], place: Place, offset: int, timeout_s: float) -> str:
    """Return the name of the exception that reading ``place`` alone raises, empty if it can be read."""
    consumer = connect()
    try:
        consumer.assign([TopicPartition(*place)])
        consumer.seek(TopicPartition(*place), offset)
        consumer.poll(timeout_ms=round(timeout_s * 1000))
    except Exception as error:  # noqa: BLE001 (as around the other poll: the library raises unrelated classes)
        return type(error).__name__
    finally:
        consumer.close(autocommit=False, timeout_ms=CLOSE_MS)
    return ""
