"""Readings of the basin, one row a station, parameter, matrix, fraction and moment; limits of detection are kept."""

from __future__ import annotations

from typing import TYPE_CHECKING

from streams.families import basin_reading
from transforms import fold
from transforms.table import FOLDED, Table

if TYPE_CHECKING:
    import polars as pl

READS = basin_reading.CONTRACT
MEASURED = tuple(field.column for field in READS.fields if field.name not in (*READS.thing, READS.anchor))

TABLE = Table(
    name="reading",
    says="One measurement at one station, as last sent, with the limits between which a censored one lies.",
    reads=READS,
    key=(*READS.thing, READS.anchor),
    anchor=READS.anchor,
    fields=(*READS.fields, *FOLDED),
)


def build(events: pl.LazyFrame) -> pl.LazyFrame:
    """Keep the last figure of each reading as it was sent: no limit stands in for a value (B4, B5)."""
    return fold.whole(fold.current(events, READS.thing, READS.edition, MEASURED), TABLE)
