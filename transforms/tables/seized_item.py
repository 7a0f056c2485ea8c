"""Items seized, one row an item of an operation, whoever reported it."""

from __future__ import annotations

import polars as pl

from streams.contract import Field
from streams.families import seizure
from transforms import fold
from transforms.table import FOLDED, Table

READS = seizure.CONTRACT
ITEM = (*READS.thing, READS.anchor)
UNCOMPARED = (*ITEM, READS.edition, "agency", "circumstances")
REPORTED = tuple(field.column for field in READS.fields if field.name not in UNCOMPARED)

TABLE = Table(
    name="seized_item",
    says="One item of one operation, as last reported by whichever agency.",
    reads=READS,
    key=ITEM,
    anchor=READS.anchor,
    fields=(
        *READS.fields,
        Field("versions_seen", "whole", "Versions of the item, by agency and edition (S2).", unit="1", least=1),
        *FOLDED,
    ),
)


def build(events: pl.LazyFrame) -> pl.LazyFrame:
    """Keep the last version of each item: reports of several agencies are versions of it, never additions (S2).

    Two agencies that give one edition of one item the same figures are repeated, other figures are conflicting.
    """
    versions = pl.struct("agency", READS.edition).n_unique().cast(pl.Int64)
    seen = events.group_by(ITEM).agg(versions_seen=versions)
    items = fold.current(events, READS.thing, READS.edition, REPORTED)
    return fold.whole(items.join(seen, on=ITEM, how="left", maintain_order="left"), TABLE)
