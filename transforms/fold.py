"""From the events of things to things: the current row of each, and what was seen on the way."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from transforms import bronze

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from streams.contract import Field
    from transforms.table import Table

ORDER = ("known_at", "partition", "offset", "chain")
ABSENT = ("_Z", "_U")


def current(events: pl.LazyFrame, thing: Sequence[str], edition: str, values: Sequence[str]) -> pl.LazyFrame:
    """Return the last event of each ``thing`` and anchor day, in order of the things, then of their days.

    A day is folded by itself: a thing that was sent under two days is current in each, whatever is folded
    together. Last in (edition, known_at, partition, offset); the chain breaks ties between logs, and the
    other columns those of rows that claim one place in one log. ``events_seen`` and ``values_seen`` count
    the events of that thing, day and edition and the different ``values`` among them: one value sent twice
    is ``repeated``, two values are ``conflicting``. A later edition is neither.
    """
    whole = [*thing, bronze.DAY]
    version = [*whole, edition] if edition else whole
    seen = (
        events.group_by(*version, *values)
        .agg(events_seen=pl.len())
        .group_by(version)
        .agg(pl.col("events_seen").sum().cast(pl.Int64), values_seen=pl.len().cast(pl.Int64))
    )
    return (
        events.sort(*version, *ORDER, pl.exclude(*version, *ORDER))
        .unique(subset=whole, keep="last", maintain_order=True)
        .join(seen, on=version, how="left", nulls_equal=True, maintain_order="left")
        .with_columns(marks=joined("marks", _repeated(), _conflicting()))
    )


def unlisted(rows: pl.LazyFrame, fields: Iterable[Field], codes: Mapping[str, Iterable[str]]) -> pl.LazyFrame:
    """Mark ``unlisted_code`` wherever a field with a reference table holds a code that is not in ``codes`` of it."""
    marks = [
        pl.when(~pl.col(field.column).is_in([*ABSENT, *sorted(codes[field.reference])])).then(
            pl.lit(f"unlisted_code@{field.column}")
        )
        for field in fields
        if field.reference
    ]
    return rows.with_columns(marks=joined("marks", *marks))


def whole(rows: pl.LazyFrame, table: Table) -> pl.LazyFrame:
    """Return exactly the columns that ``table`` declares, in the total order of its key."""
    return rows.select(field.column for field in table.fields).sort(table.key)


def joined(column: str, *marks: pl.Expr) -> pl.Expr:
    """Return the marks of ``column`` and those of ``marks`` that are not null, joined by semicolons; none is null."""
    every = pl.concat_str(pl.col(column), *marks, separator=";", ignore_nulls=True)
    return pl.when(every != "").then(every)


def _repeated() -> pl.Expr:
    once = (pl.col("events_seen") > 1) & (pl.col("values_seen") == 1)
    return pl.when(once).then(pl.lit("repeated"))


def _conflicting() -> pl.Expr:
    return pl.when(pl.col("values_seen") > 1).then(pl.lit("conflicting"))
