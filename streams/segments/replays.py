"""Rows that were refused and landed later: beside their partition, in a chain of segments of their own.

Replayed rows are numbered in the order in which they landed, and a segment of them is named after its first number.
So this is a log like any other: the name is the lock, what has landed is known from it alone, and whoever collects
it needs no other rule. Each row keeps the coordinates under which it was refused.
"""

from __future__ import annotations

from dataclasses import dataclass
from io import BytesIO
from typing import TYPE_CHECKING, NamedTuple

import polars as pl

from puyango.errors import PuyangoError
from streams import schema
from streams.segments.creation import create
from streams.segments.partition import Partition
from streams.segments.segment import REPLAYS, Segment, footer, name

if TYPE_CHECKING:
    from datetime import datetime

    from streams.contract import Contract

FOLDER = REPLAYS.removeprefix("/")


class Known(NamedTuple):
    """What of a partition has been replayed: the number of the next row, and the offsets of all before it."""

    next: int
    offsets: pl.Series

    def after(self, rows: pl.DataFrame) -> Known:
        """Return what is known once ``rows`` have landed too."""
        return Known(self.next + rows.height, pl.concat([self.offsets, rows["offset"]]))


@dataclass(frozen=True)
class Replays:
    """The replayed rows of partition ``number`` of the log ``chain``, whose segments lie in ``place``."""

    chain: str
    number: int
    place: Partition

    @property
    def partition(self) -> Partition:
        """Their segments."""
        return Partition(self.place.folder / FOLDER)

    def read(self) -> Known:
        """Return what has been replayed; raises ``ChainBroken`` for a broken chain."""
        segments = list(self.partition.walk())
        found = [pl.read_parquet(segment.path, columns=["offset"])["offset"] for segment in segments]
        offsets = pl.concat(found) if found else pl.Series("offset", [], pl.Int64)
        return Known(segments[-1].next if segments else 0, offsets)

    def publish(
        self, contract: Contract, rows: pl.DataFrame, refused: pl.Series, known: Known, at: datetime
    ) -> Segment:
        """Create the segment of ``rows``, judged good at ``at``, behind what is ``known``, and return it.

        ``refused`` are the offsets that may be replayed. Raises ``FileExistsError`` when another replay landed since
        ``known`` was read: then it is to be read again.
        """
        first = known.next
        _conserved(contract, self.number, rows, refused.filter(~refused.is_in(known.offsets.implode())))
        numbered = rows.with_columns(
            pl.lit(at).cast(schema.INSTANT).alias("replayed_at"),
            pl.int_range(first, first + rows.height, dtype=pl.Int64).alias("replay"),
        )
        previous = self.partition.before(first)
        facts = {
            "family": contract.name,
            "schema": contract.schema_header.decode(),
            "chain": f"{self.chain}{REPLAYS}",
            "partition": str(self.number),
            "first": str(first),
            "next": str(first + rows.height),
            "previous_sha256": previous.sha256 if previous else "",
            **footer(rows, []),
        }
        content = BytesIO()
        numbered.write_parquet(content, compression="zstd", metadata=facts)
        path = self.partition.folder / name(first)
        create(path, content.getvalue())
        return Segment.read(path)


def _conserved(contract: Contract, number: int, rows: pl.DataFrame, refused: pl.Series) -> None:
    """Refuse rows that are not good, not of this partition, or not each one refused row: the last look."""
    offsets = rows["offset"]
    formed = rows.schema == pl.Schema(schema.segment(contract)) and bool((rows["partition"] == number).all())
    good = rows["reasons"].null_count() == rows.height > 0
    if not (formed and good and offsets.is_unique().all() and offsets.is_in(refused.implode()).all()):
        raise PuyangoError(
            f"{contract.topic}[{number}]: {rows.height} rows to be replayed are not that many refused ones",
            "This is a defect of the platform; nothing was written. Please report it with the log.",
        )
