"""A family as hop 1 knows it: what was promised, where it is read from, who judges it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import polars as pl

from streams.ingestion.hold import cuts

if TYPE_CHECKING:
    from streams.contract import Contract
    from streams.judging.judge import Judge
    from streams.reading.log import Batch, Chain


@dataclass(frozen=True, slots=True)
class Family:
    """A contract, the log it is read from, and its judge."""

    contract: Contract
    chain: Chain
    judge: Judge

    def judged(self, batch: Batch) -> pl.DataFrame:
        """Return the judged rows; where memory does not suffice for all at once, in halves."""
        try:
            return self.judge.frame(self.chain, batch)
        except MemoryError:
            half = len(batch.records) // 2
            if batch.undecodable or not half:
                raise
            return pl.concat([self.judged(part) for part in cuts(batch, half, half)])
