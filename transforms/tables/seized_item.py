"""Items seized, one row an item of an operation, whoever reported it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from streams.contract import Field
from streams.families import seizure
from transforms import fold
from transforms.table import FOLDED, Table

if TYPE_CHECKING:
    from collections.abc import Iterable

READS = seizure.CONTRACT
ITEM = (*READS.thing, READS.anchor)
REPORTED = tuple(
    field.column for field in READS.fields if field.name not in (*ITEM, "report_edition", "agency", "circumstances")
)

TABLE = Table(
    name="seized_item",
    says="One item of one operation, as the lead agency last reported it, or another agency where it did not.",
    reads=READS,
    key=ITEM,
    anchor=READS.anchor,
    fields=(
        *READS.fields,
        Field(
            "reports_seen", "whole", "Reports of the item: agencies, each with its editions (S2).", unit="1", least=1
        ),
        *FOLDED,
    ),
)


def build(events: pl.LazyFrame) -> pl.LazyFrame:
    """Keep one report of each item: reports of several agencies and editions are versions, never added (S2)."""
    reports = (
        fold.current(events, (*READS.thing, "agency"), READS.edition, REPORTED)
        .with_columns(leads=pl.col("agency") == pl.col("lead_agency"))
        .sort(*ITEM, "leads", READS.edition, *fold.ORDER, "agency")
        .unique(subset=ITEM, keep="last", maintain_order=True)
    )
    return fold.whole(reports.join(_seen(events, ITEM), on=ITEM, how="left", maintain_order="left"), TABLE)


def _seen(events: pl.LazyFrame, item: Iterable[str]) -> pl.LazyFrame:
    reports = pl.struct("agency", READS.edition).n_unique().cast(pl.Int64)
    return events.group_by(item).agg(reports_seen=reports)
