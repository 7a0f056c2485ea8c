"""Passages of vehicles, one row a vehicle's way through one post: queue, inspection, dwell."""

from __future__ import annotations

import polars as pl

from streams.contract import Field
from streams.families import vehicle_passage
from transforms import fold
from transforms.table import FOLDED, Table

READS = vehicle_passage.CONTRACT
PASSAGE = (*READS.thing, READS.anchor)
CARRIED = (
    *("source", "post", "direction", "vehicle_class", "load"),
    *("gross_mass_kg", "registration_country", "vehicle_token"),
)
STEPS = READS["step"].codes
SECONDS_A_MINUTE = 60

TABLE = Table(
    name="passage",
    says="One vehicle's way through one border post, as far as its steps are known.",
    reads=READS,
    key=PASSAGE,
    anchor=READS.anchor,
    fields=(
        *READS.take(*READS.thing, READS.anchor, "source", "post", "direction", "vehicle_class", "load"),
        *READS.take("gross_mass_kg", "registration_country", "registration_number", "arrived_at"),
        *(
            Field(f"{step}_at", "instant", f"Moment of the step: {step}; null where it is not known.", required=False)
            for step in STEPS[1:]
        ),
        Field("queue_min", "decimal", "From the queue to the call (F1).", unit="min", required=False, scale=3),
        Field("inspection_min", "decimal", "From the call to the inspection.", unit="min", required=False, scale=3),
        Field("dwell_min", "decimal", "From the queue to the release (F1).", unit="min", required=False, scale=3),
        *FOLDED,
    ),
)
INTERVALS = {
    "queue_min": ("queued_at", "called_at"),
    "inspection_min": ("called_at", "inspected_at"),
    "dwell_min": ("queued_at", "released_at"),
}


def build(events: pl.LazyFrame) -> pl.LazyFrame:
    """Fold the current step of each kind into passages.

    A step that was sent again counts once. An interval that a clock fault turns round is null (F2); the
    instants stay, for the rule that counts them.
    """
    steps = fold.current(events, (*READS.thing, "step"), READS.edition, ("happened_at", *CARRIED))
    passages = (
        steps.sort(*PASSAGE, *fold.ORDER, "step")
        .group_by(PASSAGE, maintain_order=True)
        .agg(
            *(pl.col(name).drop_nulls().last() for name in CARRIED),
            pl.col("arrived_at").drop_nulls().last(),
            *(moment(step).alias(f"{step}_at") for step in STEPS[1:]),
            pl.col("known_at").max(),
            pl.col("events_seen", "values_seen").sum(),
            pl.col("marks").drop_nulls().str.split(";").list.explode().unique().sort().str.join(";"),
            arrived=moment("arrived"),
        )
        .with_columns(pl.when(pl.col("marks") != "").then("marks").alias("marks"))
        .with_columns(arrived_at=pl.coalesce("arrived", "arrived_at", "queued_at"))
        .with_columns(minutes(*ends).alias(name) for name, ends in INTERVALS.items())
    )
    return fold.whole(passages, TABLE)


def moment(step: str) -> pl.Expr:
    """Return the instant of ``step``; null where it is not known."""
    return pl.col("happened_at").filter(pl.col("step") == step).last()


def minutes(first: str, then: str) -> pl.Expr:
    """Return the clock time between two instants, null unless they stand in their order."""
    passed = (pl.col(then) - pl.col(first)).dt.total_milliseconds()
    exact = (passed.cast(pl.Decimal(18, 3)) / (1000 * SECONDS_A_MINUTE)).cast(pl.Decimal(18, 3))
    return pl.when(passed >= 0).then(exact)
