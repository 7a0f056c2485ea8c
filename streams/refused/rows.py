"""The refused rows of the landing, and which of them landed later."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import polars as pl

from puyango.errors import UsageRefused

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from streams.contract import Contract
    from streams.landing import Landing
    from streams.segments.segment import Segment

COLUMNS = ("offset", "known_at", "reasons", "value_hash", "sealed")


@dataclass
class Account:
    """What was refused in one partition of one log: rows by reason (with its field), and where each was first."""

    family: str
    chain: str
    partition: int
    refused: int = 0
    replayed: int = 0
    reasons: Counter[str] = field(default_factory=Counter)
    first: dict[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Row:
    """One refused row; ``replayed`` says whether it landed later."""

    chain: str
    offset: int
    known_at: datetime
    reasons: str
    sealed: bytes | None
    replayed: bool


def accounts(landing: Landing, family: str) -> Iterator[Account]:
    """Yield an account of each partition that has refused rows; raises ``ChainBroken`` for a broken chain."""
    for chain in landing.chains(family):
        for number in landing.partitions(family, chain):
            found = Account(family, chain, number)
            found.replayed = landing.replays(family, chain, number).read().next
            for segment in landing.partition(family, chain, number).walk():
                _count(found, segment)
            if found.refused:
                yield found


def refused(segment: Segment, without: pl.Series) -> pl.DataFrame:
    """Return the refused rows of ``segment``, those at the offsets ``without`` left out."""
    rows = pl.scan_parquet(segment.path, glob=False, hive_partitioning=False).select(COLUMNS)
    return rows.filter(pl.col("reasons").is_not_null() & ~pl.col("offset").is_in(without.implode())).collect()


def row(landing: Landing, contract: Contract, partition: int, offset: int) -> Row:
    """Return the refused row at ``offset``, of the log that was landed last; raises ``UsageRefused`` if it is none."""
    place = f"{contract.name}:{partition}:{offset}"
    for chain in reversed(landing.chains(contract.name)):
        for segment in landing.partition(contract.name, chain, partition).scan():
            if segment.first <= offset < segment.next:
                found = refused(segment, pl.Series([], dtype=pl.Int64)).filter(pl.col("offset") == offset)
                if found.is_empty():
                    raise UsageRefused(f"{place} was not refused", "Where rows were refused: puyango refused list")
                at, known_at, reasons, _, sealed = found.row(0)
                later = bool((landing.replays(contract.name, chain, partition).read().offsets == at).any())
                return Row(chain, at, known_at, reasons, sealed, later)
    raise UsageRefused(f"{place} has not landed", "Where rows were refused: puyango refused list")


def _count(found: Account, segment: Segment) -> None:
    if not segment.refused:
        return
    rows = pl.read_parquet(segment.path, columns=["offset", "reasons"]).drop_nulls("reasons")
    found.refused += rows.height
    each = rows.with_columns(pl.col("reasons").str.split(";").list.unique()).explode("reasons")
    for reason, count, first in each.group_by("reasons").agg(pl.len(), pl.col("offset").min()).iter_rows():
        found.reasons[reason] += count
        found.first.setdefault(reason, first)
