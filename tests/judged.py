"""Rows on the way to the gate: collected, settled into a draft, spoilt or planted, and what the ledger says of them."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING

import polars as pl

from streams import schema
from tests.landed import START, land
from transforms import collect, lake, settle
from transforms.draft import Draft
from transforms.table import module

if TYPE_CHECKING:
    from collections.abc import Sequence

    from puyango.settings import Settings

FAMILY = "crossing_count"
WHOLE_YEAR = "the last year of every reporter has all its months"
MARCH, APRIL = date(2025, 3, 1), date(2025, 4, 1)
TRADE = {
    "source": "us",
    "reporter": "US",
    "partner": "MX",
    "partner_concept": "destination",
    "flow": "X",
    "goods_origin": "domestic",
    "product_classification": "HS2022",
    "product": "01",
    "mode": "road",
    "post": "2304",
    "containerised": "yes",
    "valuation": "FAS",
    "freq": "M",
    "period": "2025-03",
    "period_first_day": MARCH,
    "value_unit": "USD",
    "value_usd": 7,
    "known_at": START,
    "events_seen": 1,
    "values_seen": 1,
}


def collected(settings: Settings, *rows: dict[str, object]) -> None:
    """Land ``rows`` and bring them into bronze."""
    land(settings, rows)
    collect.pending(settings, FAMILY)


def settled(settings: Settings) -> Draft:
    """Return a draft of what is stale in reported_count."""
    drafted = settle.draft(settings, module("reported_count").TABLE)
    assert drafted is not None
    return drafted


def spoilt(draft: Draft, **changed: pl.Expr) -> Draft:
    """Return ``draft`` with columns of its rows changed, as a broken transform would leave them."""
    (file,) = draft.files
    worse = file.with_name("worse.parquet")
    pl.read_parquet(file, hive_partitioning=False).with_columns(**changed).write_parquet(worse)
    return replace(draft, files=(worse,))


def planted(settings: Settings, table: str, rows: Sequence[dict[str, object]]) -> Draft:
    """Return a draft of ``rows`` in the form of a silver table."""
    declared = module(table).TABLE
    path = settings.home / f"{table}.parquet"
    path.parent.mkdir(parents=True, exist_ok=True)
    pl.DataFrame(rows, schema=schema.columns(declared.fields)).write_parquet(path)
    return Draft("silver", table, (path,), declared.anchor, (MARCH,), 1, "declared")


def asked(settings: Settings, sql: str) -> list[tuple[object, ...]]:
    with lake.reading(settings) as con:
        return con.execute(sql).fetchall()


def held(settings: Settings) -> list[tuple[object, ...]]:
    return asked(settings, "select layer, table_name from ops.held order by all")


def failed(settings: Settings) -> list[tuple[object, ...]]:
    """Return the rules of the last judgement that did not pass, but for the one that no spring of two months keeps."""
    latest = "select max(batch) from ops.verdict"
    found = asked(settings, f"select rule, outcome from ops.verdict where outcome <> 'passed' and batch = ({latest})")
    return [(rule, outcome) for rule, outcome in found if rule != WHOLE_YEAR]
