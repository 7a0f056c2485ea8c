"""Published counts of vehicles, containers and people, one row a figure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from streams.families import crossing_count
from transforms import fold
from transforms.table import FOLDED, Table

if TYPE_CHECKING:
    import polars as pl

READS = crossing_count.CONTRACT

TABLE = Table(
    name="reported_count",
    says="The count that an agency published of one measure at one post in one period, as last sent.",
    reads=READS,
    key=(*READS.thing, READS.anchor),
    anchor=READS.anchor,
    fields=(
        *READS.take("source", "reporter", "counterpart", "post", "post_name", "direction", "nationality"),
        *READS.take("measure", "freq", "period", "period_first_day", "reported_count", "source_repairs"),
        *FOLDED,
    ),
)


def build(events: pl.LazyFrame) -> pl.LazyFrame:
    """Keep the last figure of each key; the same figure again is repeated, another one conflicting (P16)."""
    figures = fold.current(events, READS.thing, READS.edition, ("counterpart", "reported_count"))
    return fold.whole(figures, TABLE)
