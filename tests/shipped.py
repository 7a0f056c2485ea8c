"""The shipped files of a source, as bronze would hold their events."""

from __future__ import annotations

from datetime import UTC, datetime

import polars as pl

from streams import schema
from streams.sources.adapter import Adapter
from streams.sources.corrections import corrections
from streams.sources.source import source
from streams.sources.table import table
from transforms import bronze

KNOWN = datetime(2026, 1, 1, tzinfo=UTC)


def events(name: str) -> pl.LazyFrame:
    """Return the events of all files of a source, as bronze holds them."""
    asked = source(name)
    known = corrections()
    parts = [part.frame for path in asked.paths for part in Adapter(asked, table(path), known).events()]
    rows = pl.concat(parts, how="vertical_relaxed").lazy()
    types = bronze.columns(asked.contract)
    sent = rows.collect_schema()
    fields = [
        pl.col(name).str.to_date() if (kind, sent[name]) == (pl.Date(), pl.String()) else pl.col(name).cast(kind)
        for name, kind in schema.columns(asked.contract.fields).items()
        if name in sent
    ]
    landed = {"chain": "c", "partition": 0, "known_at": KNOWN, "value_hash": 0}
    constants = {name: pl.lit(landed.get(name), kind) for name, kind in types.items() if name not in sent}
    placed = constants | {"offset": pl.int_range(pl.len(), dtype=pl.Int64), "anchor_day": pl.col(asked.contract.anchor)}
    return rows.with_columns(fields).with_columns(**placed).select(*types)
