"""Where reading goes on: the last landed record must still lie in the log, unchanged."""

from __future__ import annotations

from dataclasses import dataclass, replace
from hashlib import sha256
from typing import TYPE_CHECKING, Self

import polars as pl

from streams.reading import stops
from streams.reading.log import OVERSIZE, UNDECODABLE, PartitionStopped

if TYPE_CHECKING:
    from streams.reading.log import Batch
    from streams.segments.segment import Segment


@dataclass(frozen=True, slots=True)
class Seam:
    """The last record of a chain by its offset and the hash of its value; ``next`` is the chain's end."""

    offset: int
    value_hash: int
    next: int

    @classmethod
    def of(cls, segment: Segment) -> Self | None:
        """Return the seam behind ``segment``; None where its last row was never unpacked, or it has none."""
        columns = ["offset", "value_hash", "reasons"]
        last = pl.read_parquet(segment.path, columns=columns).tail(1).rows(named=True) if segment.rows else []
        if not last or last[0]["reasons"] in (OVERSIZE, UNDECODABLE):
            return None
        return cls(last[0]["offset"], last[0]["value_hash"], segment.next)

    def beyond(self, batch: Batch) -> Batch | None:
        """Return what ``batch``, read from the seam's offset, holds beyond the chain's end.

        Raises ``PartitionStopped`` (``log_truncated``) where the log has another record there: it lost
        its end, and grew again. A record that compaction took meanwhile proves nothing either way.
        """
        again = next((record for record in batch.records[:1] if record.offset == self.offset), None)
        if again is not None and value_hash(again.value) != self.value_hash:
            fact = f"offset {self.offset} has another record than the one that landed"
            raise PartitionStopped(batch.place, stops.truncated(batch.place, fact))
        ahead = [record for record in batch.records if record.offset >= self.next]
        return replace(batch, first=self.next, records=ahead) if batch.next > self.next else None


def value_hash(value: bytes | None) -> int:
    """Return the first 8 bytes of the value's SHA-256 as a signed integer, as segments hold it."""
    return int.from_bytes(sha256(value or b"").digest()[:8], "big", signed=True)
