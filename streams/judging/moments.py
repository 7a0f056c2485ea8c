"""Vectorised proofs about instants, as ``streams.event.body`` writes them: in UTC, with a ``Z``."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

import polars as pl

from puyango import reference
from streams import schema
from streams.judging import literal

if TYPE_CHECKING:
    from collections.abc import Iterator

    from streams.contract import Contract, Field
    from streams.judging.horizon import Horizon

SHAPE = rf"{literal.DAY}T{literal.CLOCK}Z"
FORM = "%Y-%m-%dT%H:%M:%S%.fZ"


def moment(name: str) -> pl.Expr:
    """Return the instant that the literal in column ``name`` is; null where there is no such moment."""
    local = pl.col(name).str.to_datetime(FORM, time_unit="us", strict=False)
    return local.dt.replace_time_zone("UTC").cast(schema.INSTANT)


def proofs(field: Field, horizon: Horizon) -> Iterator[pl.Expr]:
    """Yield what must hold of an instant by itself, and of the one that says when the anchor day was."""
    at = moment(field.name)
    yield at.is_not_null()
    yield at <= pl.col("known_at") + horizon.tolerance
    yield at.dt.date() >= horizon.first_day(field)
    if field.name == horizon.contract.instant:
        yield _local_day(horizon.contract, at) == pl.col(horizon.contract.anchor).str.to_date("%Y-%m-%d", strict=False)


def ordered(contract: Contract) -> Iterator[pl.Expr]:
    """Yield, for each pair of the contract's ``order``, that one of the two is absent or the second is not earlier."""
    for first, then in contract.order:
        yield pl.col(first).is_null() | pl.col(then).is_null() | (moment(then) >= moment(first))


def _local_day(contract: Contract, at: pl.Expr) -> pl.Expr:
    """Return the day on the clocks of the post; of one that is not known, in UTC."""
    day = at.dt.date()
    if all(field.name != "post" for field in contract.fields):
        return day
    for zone, posts in _zones().items():
        there = at.dt.convert_time_zone(zone).dt.date()
        day = pl.when(pl.col("post").is_in(posts)).then(there).otherwise(day)
    return day


def _zones() -> dict[str, list[str]]:
    zones: dict[str, list[str]] = defaultdict(list)
    for post, zone in reference.mapping("posts", "post", "zone").items():
        zones[zone].append(post)
    return zones
