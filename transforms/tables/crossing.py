"""People who crossed a border, one row a record of a desk."""

from __future__ import annotations

from typing import TYPE_CHECKING

from streams.families import traveller_crossing
from transforms import fold
from transforms.table import FOLDED, Table

if TYPE_CHECKING:
    import polars as pl

READS = traveller_crossing.CONTRACT

TABLE = Table(
    name="crossing",
    says="One person entering or leaving a country, as the migration desk last recorded it.",
    reads=READS,
    key=(*READS.thing, READS.anchor),
    anchor=READS.anchor,
    fields=(*READS.fields, *FOLDED),
)
RECORDED = tuple(field.column for field in READS.fields if field.name not in (*READS.thing, "source_repairs"))


def build(events: pl.LazyFrame) -> pl.LazyFrame:
    """Keep the last record of each crossing; two records of one day that differ are conflicting."""
    return fold.whole(fold.current(events, READS.thing, READS.edition, RECORDED), TABLE)
