"""Published trade lines, one row a line."""

from __future__ import annotations

from typing import TYPE_CHECKING

from streams.families import trade_report
from transforms import fold
from transforms.table import FOLDED, Table

if TYPE_CHECKING:
    import polars as pl

READS = trade_report.CONTRACT
MEASURES = ("value_unit", "value_usd", "gross_mass_kg", "net_mass_kg", "freight_usd")

TABLE = Table(
    name="reported_trade",
    says="The trade that an office published for one combination of its dimensions in one period, as last sent.",
    reads=READS,
    key=(*READS.thing, READS.anchor),
    anchor=READS.anchor,
    fields=(*READS.take(*READS.thing), *READS.take(READS.anchor, *MEASURES), *FOLDED),
)


def build(events: pl.LazyFrame) -> pl.LazyFrame:
    """Keep the last figures of each line; the same again is repeated, others are conflicting."""
    return fold.whole(fold.current(events, READS.thing, READS.edition, MEASURES), TABLE)
