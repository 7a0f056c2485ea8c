"""A family as hop 1 knows it: what was promised, where it is read from, who judges it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import polars as pl

from streams.ingestion.hold import cuts
from streams.segments.partition import later

if TYPE_CHECKING:
    from datetime import datetime

    from streams.contract import Contract
    from streams.judging.judge import Judge
    from streams.reading.log import Batch, Chain


@dataclass(frozen=True, slots=True)
class Family:
    """A contract, the log it is read from, and its judge."""

    contract: Contract
    chain: Chain
    judge: Judge

    def judged(self, batch: Batch, latest: datetime) -> pl.DataFrame:
        """Return the judged rows; where memory does not suffice for all at once, in halves.

        ``latest`` is the latest append time of the partition before them.
        """
        try:
            return self.judge.frame(self.chain, batch, latest)
        except MemoryError:
            half = len(batch.records) // 2
            if batch.undecodable or not half:
                raise
            frames: list[pl.DataFrame] = []
            for part in cuts(batch, half, half):
                frames.append(self.judged(part, latest))
                latest = later(latest, frames[-1])
            return pl.concat(frames)
