"""Judgement of a batch: the rows of a segment, good and refused, in the order of their offsets."""

from __future__ import annotations

from hashlib import sha256
from operator import attrgetter
from typing import TYPE_CHECKING

import polars as pl

from streams import schema
from streams.judging import json_text
from streams.judging.envelope import SCHEMA, room, usual
from streams.judging.horizon import Horizon, appended
from streams.judging.row import RowJudge
from streams.judging.stencil import Stencil
from streams.privacy import seal

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import datetime

    from puyango.settings import Settings
    from streams.contract import Contract
    from streams.judging.judgement import Judgement
    from streams.privacy.keys import Keyring
    from streams.reading.log import Batch, Chain, Record

HASH_BYTES = 8


class Judge:
    """Judges the records of one family; nothing is refused in silence, and nothing refused stops the rest."""

    def __init__(self, contract: Contract, settings: Settings, keyring: Keyring) -> None:
        """Derive the fast way and the judge of rows from ``contract``."""
        self._contract = contract
        self._settings = settings
        self._keyring = keyring
        self._schema = schema.segment(contract)
        self._fields = schema.columns(contract.fields)
        self.stencil = Stencil(contract, settings, keyring)
        self._row = RowJudge(contract, settings, keyring)
        self._lateness = Horizon.of(contract, settings).lateness()

    def frame(self, chain: Chain, batch: Batch, latest: datetime | None = None) -> pl.DataFrame:
        """Return one row for each record of ``batch``, with the columns of ``streams.schema.segment``.

        ``latest`` is the latest append time of the partition before this batch; where it is given, rows whose
        append time goes back are marked. Without it nothing is, as a mark may not depend on how batches are cut.
        """
        rows = self.sheet(batch)
        if batch.undecodable:
            judged = self._unread(chain, batch, rows)
        else:
            read = pl.concat([rows, self.stencil.read(rows)], how="horizontal")
            clean = read.filter("proven").with_columns(
                reasons=pl.lit(None, pl.String), marks=pl.lit(None, pl.String), sealed=pl.lit(None, pl.Binary)
            )
            judged = clean
            if clean.height < read.height:
                doubted = read.filter(~pl.col("proven"))
                records = [batch.records[place] for place in read["proven"].not_().arg_true()]
                judged = pl.concat([clean, self._judged(chain, batch, doubted, records)], how="diagonal").sort("offset")
        return self._finished(judged, latest)

    def findings(self, batch: Batch) -> Iterator[tuple[int, Judgement]]:
        """Yield place and judgement of the records that are not proven clean; nothing is sealed or kept."""
        for place in self.stencil.read(self.sheet(batch))["proven"].not_().arg_true():
            yield place, self._row.judged(batch.records[place])

    def sheet(self, batch: Batch) -> pl.DataFrame:
        """Return what is known of each record without reading its value."""
        values, keys, headers = (list(map(attrgetter(name), batch.records)) for name in ("value", "key", "headers"))
        stated, roomy = (SCHEMA, self._contract.schema_header), room(self._settings)
        digests = [sha256(value or b"").digest() for value in values]
        rows = pl.DataFrame(
            {
                "offset": pl.Series(list(map(attrgetter("offset"), batch.records)), dtype=pl.Int64),
                "known_at": pl.Series(list(map(attrgetter("timestamp"), batch.records)), dtype=pl.Int64),
                "value_hash": pl.Series(digests, dtype=pl.Binary),
                "record_value": pl.Series(values, dtype=pl.Binary),
                "record_key": pl.Series(keys, dtype=pl.Binary),
                "plain": pl.Series(
                    [not stood or (roomy and usual(stood, stated)) for stood in headers], dtype=pl.Boolean
                ),
            }
        )
        size = pl.col("record_value").bin.size() + pl.col("record_key").bin.size().fill_null(0)
        return rows.with_columns(
            pl.lit(batch.partition, pl.Int32).alias("partition"),
            pl.from_epoch("known_at", "ms").cast(schema.INSTANT),
            pl.col("value_hash").bin.slice(0, HASH_BYTES).bin.reinterpret(dtype=pl.Int64, endianness="big"),
            pl.col("plain") & (size <= self._settings.record_bytes),
        )

    def _judged(self, chain: Chain, batch: Batch, rows: pl.DataFrame, records: Sequence[Record]) -> pl.DataFrame:
        found = [self._row.judged(record) for record in records]
        values = {
            field.column: pl.Series([row.landed(field) for row in found], dtype=self._fields[field.column])
            for field in self._contract.fields
        }
        sealed = [self._sealed(chain, batch, record, row) for record, row in zip(records, found, strict=True)]
        return rows.with_columns(
            **values,
            reasons=pl.Series([row.reasons for row in found], dtype=pl.String),
            marks=pl.Series([row.marks for row in found], dtype=pl.String),
            sealed=pl.Series(sealed, dtype=pl.Binary),
        )

    def _unread(self, chain: Chain, batch: Batch, rows: pl.DataFrame) -> pl.DataFrame:
        """Refuse each offset of a run that could not be unpacked; its bytes are kept once, at the first."""
        sealed = [self._closed(chain, batch, record, record.value) for record in batch.records]
        return rows.with_columns(
            *(pl.lit(None, kind).alias(name) for name, kind in self._fields.items()),
            reasons=pl.lit(batch.undecodable, pl.String),
            marks=pl.lit(None, pl.String),
            sealed=pl.Series(sealed, dtype=pl.Binary),
        )

    def _sealed(self, chain: Chain, batch: Batch, record: Record, row: Judgement) -> bytes | None:
        if row.refused:
            return self._closed(chain, batch, record, record.value)
        return self._closed(chain, batch, record, json_text.written(row.withheld)) if row.withheld else None

    def _closed(self, chain: Chain, batch: Batch, record: Record, plain: bytes | None) -> bytes | None:
        if plain is None:
            return None
        key = self._keyring.data_key(self._contract.name, appended(record.timestamp).date())
        return seal.closed(key, seal.Coordinates.of(chain, batch.partition, record.offset), plain)

    def _finished(self, rows: pl.DataFrame, latest: datetime | None) -> pl.DataFrame:
        refused = pl.col("reasons").is_not_null()
        anchored = rows.with_columns(anchor_day=pl.when(~refused).then(pl.col(self._contract.anchor)))
        suspect = pl.col("known_at") < pl.max_horizontal(pl.col("known_at").cum_max(), pl.lit(latest, schema.INSTANT))
        clock = pl.when(suspect & (latest is not None)).then(pl.lit("clock_suspect"))
        marks = pl.concat_str([self._lateness, clock, "marks"], separator=";", ignore_nulls=True)
        return anchored.with_columns(marks=pl.when(~refused & (marks != "")).then(marks)).select(
            pl.col(name).cast(kind) for name, kind in self._schema.items()
        )
