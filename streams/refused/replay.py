"""Refused rows judged again: those that a corrected contract finds good land, each once, whoever dies or races."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC
from typing import TYPE_CHECKING

import polars as pl
import structlog

from puyango.errors import Busy
from streams.judging.horizon import EPOCH
from streams.judging.judge import Judge
from streams.reading.framing import Record
from streams.reading.log import OVERSIZE, UNDECODABLE, Batch, Chain
from streams.refused.opening import Destroyed, Opener
from streams.refused.rows import refused
from streams.segments import leftovers
from streams.segments.segment import REPLAYS

if TYPE_CHECKING:
    from datetime import datetime

    from puyango.settings import Settings
    from streams.contract import Contract
    from streams.landing import Landing
    from streams.privacy.keys import Keyring
    from streams.segments.replays import Known, Replays
    from streams.segments.segment import Segment

log = structlog.get_logger()

TRIES = 5
UNKEPT = ("header_mismatch", "schema_unknown", "bad_signature", "too_large", "tombstone", OVERSIZE, UNDECODABLE)
"""Reasons of a whole row that rest on its key, its headers or its batch, which are not kept."""


@dataclass
class Replayed:
    """Refused rows that were looked at, that landed, that are refused again, that cannot be judged or opened again."""

    looked: int = 0
    landed: int = 0
    again: int = 0
    unkept: int = 0
    destroyed: int = 0


@dataclass
class Replay:
    """One replay of the refused rows of ``contract``, judged as it is now; ``at`` is when.

    The value alone was kept, so a row that was refused for its key or headers stays refused. Where ``dry``, nothing
    lands.
    """

    contract: Contract
    landing: Landing
    keyring: Keyring
    settings: Settings
    at: datetime
    dry: bool = False

    def __post_init__(self) -> None:
        """Make the judge."""
        self._judge = Judge(self.contract, self.settings, self.keyring)
        self.done = Replayed()

    def run(self, only: int | None = None) -> Replayed:
        """Replay every partition (or ``only`` one) of every log of the family; return what became of the rows."""
        family = self.contract.name
        for chain in self.landing.chains(family):
            opener = Opener(self.contract, chain, self.keyring)
            for number in self.landing.partitions(family, chain):
                if only in (None, number):
                    self._partition(opener, self.landing.replays(family, chain, number))
        return self.done

    def _partition(self, opener: Opener, replays: Replays) -> None:
        if replays.partition.folder.is_dir():
            leftovers.remove(replays.partition.folder)
        known = replays.read()
        for segment in replays.place.walk():
            if segment.refused:
                known = self._segment(opener, replays, segment, known)

    def _segment(self, opener: Opener, replays: Replays, segment: Segment, known: Known) -> Known:
        """Land what is good by now of the refused rows of one segment; of two replays one lands each row.

        Return what has been replayed then.
        """
        for _ in range(TRIES):
            rows = refused(segment, known.offsets)
            records, counted = self._opened(opener, segment, rows)
            good = self._good(opener.chain(), segment, records)
            counted.landed, counted.again = good.height, len(records) - good.height
            try:
                if not good.is_empty() and not self.dry:
                    landed = replays.publish(self.contract, good, rows["offset"], known, self.at)
                    log.info(
                        "refused rows landed", family=segment.family, partition=segment.partition, rows=landed.rows
                    )
                    known = known.after(good)
            except FileExistsError:
                known = replays.read()
                continue
            self._add(counted)
            return known
        what = f"{self.contract.name}[{segment.partition}]: overtaken by other replays {TRIES} times"
        raise Busy(what, "Run one replay of a family; try again.")

    def _opened(self, opener: Opener, segment: Segment, rows: pl.DataFrame) -> tuple[list[Record], Replayed]:
        """Return the records that can be judged again, with the value alone, and the count of those that cannot."""
        records: list[Record] = []
        counted = Replayed(looked=rows.height)
        for offset, known_at, reasons, _, sealed in rows.iter_rows():
            if sealed is None or any(reason in UNKEPT for reason in reasons.split(";")):
                counted.unkept += 1
                continue
            try:
                value = opener.open(segment.partition, offset, known_at, sealed)
            except Destroyed:
                counted.destroyed += 1
                continue
            appended_ms = round((known_at.astimezone(UTC) - EPOCH).total_seconds() * 1000)
            records.append(Record(offset, appended_ms, None, value, (), -1))
        return records, counted

    def _good(self, chain: Chain, segment: Segment, records: list[Record]) -> pl.DataFrame:
        """Return the rows that are good now; what of them is withheld is sealed under a place of its own.

        Under the place of the refused bytes, two texts would be sealed with one key and one nonce.
        """
        place = Chain(chain.cluster_id, f"{chain.topic_id}{REPLAYS}", chain.topic)
        batch = Batch(chain.topic, segment.partition, segment.first, segment.next, records)
        return self._judge.frame(place, batch).filter(pl.col("reasons").is_null())

    def _add(self, counted: Replayed) -> None:
        for name, count in vars(counted).items():
            setattr(self.done, name, getattr(self.done, name) + count)
