"""Stays of people: an entry, and the same person's next exit in the records of one administration."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from streams.contract import Field
from streams.families import traveller_crossing
from transforms import fold
from transforms.table import FOLDED, Table

if TYPE_CHECKING:
    from collections.abc import Iterable

READS = traveller_crossing.CONTRACT
HORIZON_DAYS = 180
"""An entry without an exit after so many nights is a missed exit, hardly ever a stay (P10)."""

OF_ENTRY = (
    *("administration", "event_id", "source", "coverage", "crossing_day", "post", "mode", "nationality"),
    *("residence", "trip_purpose"),
)
OUTCOMES = ("left", "reentered", "open")


def _field(name: str) -> Field:
    return next(field for field in READS.fields if field.name == name)


TABLE = Table(
    name="stay",
    says="One entry of a person whose document was recorded, matched with the same person's next exit.",
    reads=READS,
    key=(*READS.thing, READS.anchor),
    anchor=READS.anchor,
    fields=(
        *map(_field, OF_ENTRY),
        Field(
            "outcome",
            "code",
            "left: the next record is an exit; reentered: it is an entry, the exit was missed; open: there is none.",
            codes=OUTCOMES,
        ),
        Field("exit_event_id", "code", "Record of the exit, where outcome is left.", required=False),
        Field("exit_day", "day", "Local day of the exit, where outcome is left.", required=False),
        Field(
            "exit_post",
            "code",
            "Post of the exit, where outcome is left.",
            required=False,
            pattern="[a-z][a-z0-9-]{1,39}",
            reference="posts",
        ),
        Field(
            "nights", "whole", "Local day of the exit less that of the entry (P8).", unit="1", required=False, least=0
        ),
        Field(
            "bound_nights",
            "whole",
            "Most nights that a re-entered stay can have had.",
            unit="1",
            required=False,
            least=0,
        ),
        *FOLDED,
    ),
    reach=HORIZON_DAYS,
)
RECORDED = tuple(field.column for field in READS.fields if field.name not in (*READS.thing, "source_repairs"))
TRAVELLER = ("administration", "traveller_token")
ORDER = ("crossing_day", "crossed_at", "event_id")
NEXT = ("direction", "event_id", "crossing_day", "post", "known_at")


def build(events: pl.LazyFrame) -> pl.LazyFrame:
    """Match each entry with the next record of the same traveller, which closes it only if it is an exit (P7).

    An exit later than the horizon closes nothing, whatever else is settled with it: so a day is always the same.
    """
    records = fold.current(events, READS.thing, READS.edition, RECORDED).filter(pl.col("traveller_token").is_not_null())
    following = (pl.col(name).shift(-1).over(TRAVELLER).alias(f"next_{name}") for name in NEXT)
    entries = records.sort(*TRAVELLER, *ORDER).with_columns(following).filter(pl.col("direction") == "entry")
    nights = (pl.col("next_crossing_day") - pl.col("crossing_day")).dt.total_days()
    return fold.whole(entries.with_columns(_matched(nights)), TABLE)


def _matched(nights: pl.Expr) -> Iterable[pl.Expr]:
    within = (nights <= HORIZON_DAYS).fill_null(value=False)
    left = within & (pl.col("next_direction") == "exit")
    again = within & (pl.col("next_direction") == "entry")
    return (
        pl.when(left)
        .then(pl.lit("left"))
        .when(again)
        .then(pl.lit("reentered"))
        .otherwise(pl.lit("open"))
        .alias("outcome"),
        pl.when(left).then("next_event_id").alias("exit_event_id"),
        pl.when(left).then("next_crossing_day").alias("exit_day"),
        pl.when(left).then("next_post").alias("exit_post"),
        pl.when(left).then(nights).alias("nights"),
        pl.when(again).then(nights).alias("bound_nights"),
        pl.when(within).then(pl.max_horizontal("known_at", "next_known_at")).otherwise("known_at").alias("known_at"),
    )
