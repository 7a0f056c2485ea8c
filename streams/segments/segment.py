"""A landed segment: one run of offsets of one partition, described by the footer of its file."""

from __future__ import annotations

import json
import os
import socket
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import TYPE_CHECKING, NamedTuple, Self

import polars as pl

from puyango import __version__
from puyango.errors import ChainBroken
from streams.segments.digest import digest

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

DIGITS = 20
REPLAYS = "/replays"
"""What the chain of rows that were refused and landed later adds to the name of theirs."""


class Gap(NamedTuple):
    """Offsets ``[first, next)`` that hold no row, and why: ``hole`` of the log, or declared by a person."""

    first: int
    next: int
    reason: str

    @property
    def offsets(self) -> int:
        """How many offsets."""
        return self.next - self.first


def name(first: int) -> str:
    """Return the file name of the segment that begins at ``first``."""
    return f"{first:0{DIGITS}}.parquet"


@dataclass(frozen=True)
class Segment:
    """What the footer of a segment says; counts are of rows, ``bytes`` is the size of the file.

    ``latest`` is the latest append time of its chain so far.
    """

    family: str
    chain: str
    partition: int
    first: int
    next: int
    rows: int
    good: int
    refused: int
    gaps: tuple[Gap, ...]
    days: tuple[date, ...]
    path: Path
    bytes: int
    previous_sha256: str
    writer: str
    reasons: Mapping[str, int] = field(default_factory=dict)
    marks: Mapping[str, int] = field(default_factory=dict)
    latest: datetime | None = None

    @property
    def sha256(self) -> str:
        """The digest of the file as it lies on the disk."""
        return digest(self.path)

    @property
    def log(self) -> str:
        """Name of the log that its rows were read from: of the chain, or of the one whose refused rows it replays."""
        return self.chain.removesuffix(REPLAYS)

    @property
    def gap_offsets(self) -> int:
        """How many offsets of the run hold no row."""
        return sum(gap.offsets for gap in self.gaps)

    @classmethod
    def read(cls, path: Path) -> Self:
        """Return the segment at ``path``, reading its footer only; raises ``ChainBroken`` where there is none."""
        try:
            said = pl.read_parquet_metadata(path)
            return cls(
                family=said["family"],
                chain=said["chain"],
                partition=int(said["partition"]),
                first=int(said["first"]),
                next=int(said["next"]),
                rows=int(said["rows"]),
                good=int(said["good"]),
                refused=int(said["refused"]),
                gaps=tuple(Gap(*gap) for gap in json.loads(said["gaps"])),
                days=tuple(map(date.fromisoformat, json.loads(said["days"]))),
                path=path,
                bytes=path.stat().st_size,
                previous_sha256=said["previous_sha256"],
                writer=said["writer"],
                reasons=json.loads(said["reasons"]),
                marks=json.loads(said["marks"]),
                latest=datetime.fromisoformat(said["latest"]) if said.get("latest") else None,
            )
        except (pl.exceptions.PolarsError, KeyError, ValueError) as error:
            what = f"{path} is not a segment that this version can read ({type(error).__name__})"
            raise ChainBroken(what, "Restore the file from a backup; never delete it.") from error


def footer(rows: pl.DataFrame, gaps: Iterable[Gap]) -> dict[str, str]:
    """Return what the rows themselves add to the footer: counts, anchor days, reasons, sum of value hashes."""
    refused = rows.get_column("reasons").drop_nulls()
    marks = rows.get_column("marks").drop_nulls()
    days = rows.filter(pl.col("reasons").is_null()).get_column("anchor_day").drop_nulls().unique().sort()
    return {
        "rows": str(rows.height),
        "good": str(rows.height - refused.len()),
        "refused": str(refused.len()),
        "gaps": json.dumps(list(gaps)),
        "days": json.dumps([day.isoformat() for day in days]),
        "reasons": json.dumps(tally(refused)),
        "marks": json.dumps(tally(marks)),
        "value_hash_sum": str(rows.get_column("value_hash").sum()),
        "version": __version__,
        "writer": f"{socket.gethostname()}:{os.getpid()}",
    }


def tally(items: pl.Series) -> dict[str, int]:
    """Return how many rows have each reason (or mark), whatever its field; a row counts once for each."""
    if not items.len():
        return {}
    each = items.str.split(";").list.eval(pl.element().str.split("@").list.first()).list.unique().explode()
    counts = each.value_counts(sort=True)
    counted = dict(zip(counts.to_series(0), counts.to_series(1), strict=True))
    return {item: counted[item] for item in sorted(counted)}
