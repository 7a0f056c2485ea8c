"""The landing: a log of segments in which the name is the lock, so that nothing lands twice or is replaced."""

from __future__ import annotations

import re
from dataclasses import dataclass
from io import BytesIO
from typing import TYPE_CHECKING

from puyango.durable import refusal
from streams.judging.horizon import EPOCH
from streams.segments import leftovers
from streams.segments.conservation import conserved
from streams.segments.creation import create
from streams.segments.partition import Partition, later
from streams.segments.replays import Replays
from streams.segments.segment import REPLAYS, Segment, footer, name

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

    import polars as pl

    from streams.contract import Contract
    from streams.reading.log import Chain
    from streams.segments.segment import Gap

PARTITION = re.compile(r"0|[1-9][0-9]{0,8}")
CHAIN = re.compile(r"[A-Za-z0-9_-]{3,100}")


@dataclass(frozen=True)
class Landing:
    """``<folder>/<family>/<chain>/<partition>/<first offset>.parquet``."""

    folder: Path

    def chains(self, family: str) -> list[str]:
        """Return the names of the logs that the family was read from, in order of name."""
        return sorted(_folders(self.folder / family, CHAIN))

    def partitions(self, family: str, chain: str) -> list[int]:
        """Return the numbers of the partitions of ``chain`` that have a folder."""
        return sorted(map(int, _folders(self.folder / family / chain, PARTITION)))

    def partition(self, family: str, chain: str, number: int) -> Partition:
        """Return the segments of one partition."""
        return Partition(self.folder / family / chain / str(number))

    def open(self, family: str, chain: Chain) -> None:
        """Begin (or go on with) a chain of segments; what dead writers left unfinished in it is gone.

        Raises ``OutputRefused`` or ``DiskFailed`` where nothing could be landed.
        """
        folder = self.folder / family / chain.folder
        try:
            folder.mkdir(mode=0o750, parents=True, exist_ok=True)
            for number in self.partitions(family, chain.folder):
                leftovers.remove(folder / str(number))
        except OSError as error:
            raise refusal(error, folder) from error

    def next_offset(self, family: str, chain: Chain, partition: int) -> int | None:
        """Return the end of the partition's chain, from which to read on; None where nothing has landed."""
        last = self.partition(family, chain.folder, partition).last()
        return last.next if last else None

    def replays(self, family: str, chain: str, number: int) -> Replays:
        """Return the rows of one partition that were refused and landed later."""
        return Replays(chain, number, self.partition(family, chain, number))

    def places(self, family: str) -> Iterator[tuple[str, int, Partition]]:
        """Yield chain, number and segments of every partition, each followed by those of its replayed rows."""
        for chain in self.chains(family):
            for number in self.partitions(family, chain):
                yield chain, number, self.partition(family, chain, number)
                yield f"{chain}{REPLAYS}", number, self.replays(family, chain, number).partition

    def segments(self, family: str) -> list[Segment]:
        """Return every segment of the family, in order; raises ``ChainBroken`` if one does not follow the last."""
        return [segment for _, _, partition in self.places(family) for segment in partition.walk()]

    def publish(  # noqa: PLR0917 (a segment has as many facts)
        self,
        contract: Contract,
        chain: Chain,
        partition: int,
        first: int,
        next_offset: int,
        rows: pl.DataFrame,
        gaps: Sequence[Gap],
        *,
        accepted: bool = False,
        declared: Mapping[str, str] | None = None,
    ) -> Segment:
        """Create the segment ``[first, next_offset)``, durably, and return it; rows and gaps account for each offset.

        ``declared`` is what a person said of it, for the footer.

        Raises ``FileExistsError`` when another writer was there before: then its rows stand and ours are void.
        """
        conserved(contract, partition, (first, next_offset), rows, gaps)
        place = self.partition(contract.name, chain.folder, partition)
        previous = place.before(first)
        latest = later(place.latest(previous), rows)
        facts = {
            "family": contract.name,
            "schema": contract.schema_header.decode(),
            "chain": chain.folder,
            "partition": str(partition),
            "first": str(first),
            "next": str(next_offset),
            "previous_sha256": previous.sha256 if previous else "",
            **footer(rows, gaps),
            **({"latest": latest.isoformat()} if latest > EPOCH else {}),
            **({"accepted_refusals": "yes"} if accepted else {}),
            **(declared or {}),
        }
        content = BytesIO()
        rows.write_parquet(content, compression="zstd", metadata=facts)
        create(place.folder / name(first), content.getvalue())
        return Segment.read(place.folder / name(first))


def _folders(folder: Path, form: re.Pattern[str]) -> list[str]:
    if not folder.is_dir():
        return []
    found = (entry for entry in folder.iterdir() if form.fullmatch(entry.name))
    return [entry.name for entry in found if not entry.is_symlink() and entry.is_dir()]
