"""The proof that a run of offsets is accounted for: each is exactly one row or in exactly one gap."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from puyango.errors import PuyangoError
from streams.schema import segment as columns
from streams.segments.segment import Gap

if TYPE_CHECKING:
    from collections.abc import Sequence

    from streams.contract import Contract
    from streams.reading.log import Batch

HOLE = "hole"


def holes(batch: Batch) -> list[Gap]:
    """Return the offsets of ``batch`` that the log holds no record of."""
    if len(batch.records) == batch.next - batch.first:
        return []
    at, found = batch.first, []
    for record in batch.records:
        if record.offset > at:
            found.append(Gap(at, record.offset, HOLE))
        at = record.offset + 1
    if at < batch.next:
        found.append(Gap(at, batch.next, HOLE))
    return found


def merged(gaps: Sequence[Gap]) -> list[Gap]:
    """Return ``gaps``, which are in order, with neighbours of one reason made one."""
    joined: list[Gap] = []
    for gap in gaps:
        if joined and joined[-1].next == gap.first and joined[-1].reason == gap.reason:
            joined[-1] = joined[-1]._replace(next=gap.next)
        else:
            joined.append(gap)
    return joined


def conserved(
    contract: Contract, partition: int, run: tuple[int, int], rows: pl.DataFrame, gaps: Sequence[Gap]
) -> None:
    """Refuse rows and gaps that do not account for each offset of ``run`` (first, next) exactly once.

    This is the last look before a segment exists for ever, so it asks the rows themselves.
    """
    formed = rows.schema == pl.Schema(columns(contract)) and bool((rows["partition"] == partition).all())
    if not (formed and rows["offset"].is_sorted() and _contiguous(run, rows["offset"], gaps)):
        raise PuyangoError(
            f"{contract.topic}[{partition}]: {rows.height} rows and {len(gaps)} gaps do not account for the offsets "
            f"{run[0]} to {run[1] - 1}",
            "This is a defect of the platform; nothing was written. Please report it with the log.",
        )


def _contiguous(run: tuple[int, int], offsets: pl.Series, gaps: Sequence[Gap]) -> bool:
    """Say whether rows and gaps, laid end to end, lead from the first to the next offset of ``run``."""
    begins = pl.Series([gap.first for gap in gaps], dtype=pl.Int64).append(offsets)
    ends = pl.Series([gap.next for gap in gaps], dtype=pl.Int64).append(offsets + 1)
    spans = pl.DataFrame({"begin": begins, "end": ends}).sort("begin")
    edges = pl.concat([pl.Series([run[0]], dtype=pl.Int64), spans["end"]])
    return bool((edges == pl.concat([spans["begin"], pl.Series([run[1]], dtype=pl.Int64)])).all()) and run[0] < run[1]
