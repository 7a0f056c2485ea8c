"""Asks of single offsets whether reading could go on from them, as hop 1 would decide it."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Self

from kafka import KafkaConsumer, TopicPartition
from kafka.errors import KafkaError

from puyango.errors import Unreachable
from streams.broker.client import consumer_options
from streams.reading import runs, unpacking

if TYPE_CHECKING:
    from types import TracebackType

    from puyango.settings import Settings
    from streams.reading.log import Place

FETCHES = 3
POLL_MS = 1_000
CLOSE_MS = 1_000


class Probe:
    """Reads one place at a time; ``end`` is where its log ends."""

    def __init__(self, settings: Settings, place: Place, end: int) -> None:
        """Connect; raises ``Unreachable``."""
        unpacking.install(settings.batch_bytes)
        self._settings, self._place, self._end = settings, place, end
        self._consumer = self._connected()

    def __enter__(self) -> Self:
        """Return it."""
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        """Give back connections and threads."""
        self._consumer.close(autocommit=False, timeout_ms=CLOSE_MS)

    def readable(self, offset: int) -> bool:
        """Say whether one of three fetches brings what lies at ``offset``, or passes a hole of the log there."""
        return any(self._read(offset) for _ in range(FETCHES))

    def _read(self, offset: int) -> bool:
        partition = TopicPartition(*self._place)
        self._consumer.assign([partition])
        self._consumer.seek(partition, offset)
        until = time.monotonic() + self._settings.request_s
        while time.monotonic() < until:
            try:
                with unpacking.at_most(1):
                    polled = self._consumer.poll(timeout_ms=POLL_MS, max_records=1)
                next_ = self._consumer.position(partition, timeout_ms=0)
            except Exception:  # noqa: BLE001 (the library raises classes of many unrelated packages)
                self._consumer.close(autocommit=False, timeout_ms=CLOSE_MS)
                self._consumer = self._connected()
                return False
            carriers = [record.checksum for record in polled.get(partition, ())]
            if carriers or next_ > offset:
                found = runs.found(self._place, offset, carriers, next_, lambda _: self._end)
                return found.next > offset
        raise Unreachable(f"nothing came from {self._place[0]}[{self._place[1]}] at offset {offset}", "Try again.")

    def _connected(self) -> KafkaConsumer:
        try:
            return KafkaConsumer(**consumer_options(self._settings))
        except KafkaError as error:
            raise Unreachable(f"no broker answers: {error}", "Start it, or correct the address.") from error
