"""Batches of the log, each unpacked whole or not at all, so that kafka-python never meets a broken one.

An exception out of ``poll`` leaves kafka-python with a dead iterator on which the next call hangs for
ever, and does not say which partition or offsets it was about. So within ``at_most`` a batch comes out
as one ``Parcel`` of records, or as one ``Damage`` in their place, and the reader decides. Elsewhere in
the process the library works as ever, but for the bound on what a batch may unpack to.
"""

from __future__ import annotations

import math
import threading
from contextlib import contextmanager
from itertools import chain, islice, pairwise, starmap
from operator import itemgetter, lt
from typing import TYPE_CHECKING

from kafka.record import memory_records
from kafka.record.default_records import DefaultRecord, DefaultRecordBatch

from streams.reading import bomb, codecs, framing
from streams.reading.codecs import Oversize
from streams.reading.log import OVERSIZE, UNDECODABLE

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

CORRUPT = "corrupt_batch"
LATER = "later"
BEYOND = 2**62
MANY = 20_000
PROOF = 1024
BLANK = (0, 0, -1, 2, 0, 0, 0, 0, 0, -1, -1, -1, 1)

offset_of = itemgetter(0)


class Allowance(threading.local):
    """How many bytes batches may yet unpack to in this thread, before the rest is left for later."""

    left = math.inf


allowance = Allowance()


class Parcel(DefaultRecord):  # type: ignore[misc]  # the library has no types
    """Stands for up to ``MANY`` records of a batch, ``first`` to ``last``.

    The library hands ``checksum`` through and gives it no meaning: that is how the reader gets it.
    """

    reason = ""

    def __init__(self, records: list[framing.Record]) -> None:
        """Carry ``records``, of which there is at least one."""
        self.records = records
        self.first, self.last = records[0].offset, records[-1].offset
        super().__init__(0, self.last, records[0].timestamp, 0, None, None, [])

    @property
    def checksum(self) -> Parcel:
        """Return itself."""
        return self


class Damage(DefaultRecord):  # type: ignore[misc]  # the library has no types
    """Stands for a batch that was not read, ``first`` to ``last``, for a ``reason``; its value is the packed batch."""

    def __init__(self, batch: Batch, reason: str) -> None:
        """Describe ``batch``; the header of a corrupt one says nothing that can be trusted."""
        self.reason = reason
        self.first, self.last = batch.base_offset, batch.last_offset
        at = BEYOND if reason == CORRUPT else self.last
        super().__init__(0, at, batch.max_timestamp, batch.timestamp_type, None, bytes(batch.packed), [])

    @property
    def checksum(self) -> Damage:
        """Return itself."""
        return self


class Batch(DefaultRecordBatch):  # type: ignore[misc]  # the library has no types
    """A batch that yields parcels of all its records, or one damage."""

    def __init__(self, buffer: memoryview, magic: int = 2) -> None:
        """Take the bytes of a batch; forms older than Kafka 0.11 and stumps are not read."""
        self.packed, self.ours = buffer, allowance.left < math.inf
        self.whole = magic > 1 and len(buffer) >= self.HEADER_STRUCT.size
        super().__init__(buffer if self.whole or not self.ours else bytes(self.HEADER_STRUCT.size))
        if not self.whole:
            self._header_data = BLANK

    def validate_crc(self) -> bool:
        """Return True always; contents that do not fit their checksum come out as damage.

        Their header is blanked, lest a flipped bit makes them look like a control batch, which is passed over.
        """
        sound: bool = self.whole and super().validate_crc()
        if not self.ours:
            return sound
        if not sound:
            self.whole, self._header_data = False, BLANK
        return True

    def __iter__(self) -> Iterator[DefaultRecord]:
        """Return the parcels, or the damage."""
        if not self.ours:
            plain: Iterator[DefaultRecord] = super().__iter__()
            return plain
        if not self.whole:
            return iter((Damage(self, CORRUPT),))
        if allowance.left <= 0:
            return iter((Damage(self, LATER),))
        try:
            return self._parcels()
        except Oversize:
            return iter((self._refused(OVERSIZE),))
        except MemoryError:
            raise
        except Exception:  # noqa: BLE001 (codecs and parser raise classes of seven unrelated libraries)
            return iter((self._refused(UNDECODABLE),))

    def _parcels(self) -> Iterator[Parcel]:
        """Return the records in parcels; a batch of very many is read once more for each, not held as a whole."""
        self._maybe_uncompress()
        body = bytes(memoryview(self._buffer)[self._pos :])
        allowance.left -= len(body)
        stamped = bool(self.timestamp_type)
        timestamp = self.max_timestamp if stamped else self.first_timestamp
        frame = framing.Frame(self.records_count, self.base_offset, timestamp, stamped, self.leader_epoch)
        if frame.count > MANY:
            self._require_order(framing.records(frame, body))
            rest = framing.records(frame, body)
            return map(Parcel, iter(lambda: list(islice(rest, MANY)), []))
        records = list(framing.records(frame, body))
        self._require_order(records)
        return iter((Parcel(records),) if records else ())

    def _require_order(self, records: Iterable[framing.Record]) -> None:
        """Refuse offsets that the header does not cover, or that do not rise."""
        offsets = chain((self.base_offset - 1,), map(offset_of, records), (self.last_offset + 1,))
        if not all(starmap(lt, pairwise(offsets))):
            raise ValueError("offsets out of order")

    def _refused(self, reason: str) -> Damage:
        """Return the damage; a header that claims more offsets than records is not the producer's word."""
        told = self.records_count == self.last_offset_delta + 1
        return Damage(self, reason if told else CORRUPT)


@contextmanager
def at_most(size: int) -> Iterator[None]:
    """Unpack ``size`` bytes in this thread and the batch that exceeds them; the batches after it are ``LATER``."""
    allowance.left = size
    try:
        yield
    finally:
        allowance.left = math.inf


def install(cap: int) -> None:
    """Bound every unpacking in this process by ``cap`` bytes; raises ``ConfigRefused`` if that does not bite."""
    memory_records.DefaultRecordBatch = memory_records.LegacyRecordBatch = Batch
    codecs.install(PROOF)
    with at_most(PROOF):
        bomb.prove(OVERSIZE)
    codecs.install(cap)
