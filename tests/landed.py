"""Segments for tests of the lake: rows of a family, judged good unless said otherwise, landed by the real landing."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING

import polars as pl

from streams import schema
from streams.families.crossing_count import CONTRACT as COUNTS
from streams.landing import Landing
from streams.reading.log import Chain

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from puyango.settings import Settings
    from streams.contract import Contract
    from streams.segments.segment import Gap, Segment

CHAIN = Chain("cluster", "topic", COUNTS.topic)
START = datetime(2026, 1, 1, tzinfo=UTC)

Row = dict[str, object]


def count(post: str, month: date, reported: int | None, **others: object) -> Row:
    """Return the event of one published count of trucks; None where its body was refused."""
    return {
        "source": "us_bts_border_crossing",
        "reporter": "US",
        "counterpart": "MX",
        "post": post,
        "post_name": "Somewhere",
        "direction": "entry",
        "nationality": "_Z",
        "measure": "trucks",
        "freq": "M",
        "period": f"{month:%Y-%m}",
        "period_first_day": month,
        "reported_count": reported,
        **others,
    }


def refused(reason: str) -> Row:
    """Return a row that was refused for ``reason``."""
    return {"reasons": reason, "sealed": b"sealed"}


def frame(contract: Contract, rows: Sequence[Mapping[str, object]], partition: int, first: int) -> pl.DataFrame:
    """Return a judged frame of ``rows``, appended one second apart from offset ``first`` on."""
    judged = [
        {
            "partition": partition,
            "offset": offset,
            "known_at": START + timedelta(seconds=offset),
            "anchor_day": row.get(contract.anchor),
            "value_hash": offset,
            **row,
        }
        for offset, row in enumerate(rows, first)
    ]
    return pl.DataFrame(judged, schema=schema.segment(contract))


def land(
    settings: Settings,
    rows: Sequence[Mapping[str, object]],
    contract: Contract = COUNTS,
    *,
    partition: int = 0,
    chain: Chain = CHAIN,
    gaps: Sequence[Gap] = (),
) -> Segment:
    """Land ``rows`` as the next segment of the partition."""
    landing = Landing(settings.landing)
    landing.open(contract.name, chain)
    first = landing.next_offset(contract.name, chain, partition) or 0
    after = first + len(rows)
    (settings.landing / contract.name / chain.folder / str(partition)).mkdir(parents=True, exist_ok=True)
    return landing.publish(contract, chain, partition, first, after, frame(contract, rows, partition, first), gaps)
