"""What of the landing has not been collected: read from the ledger and the chain, never from a trigger."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from puyango.errors import ChainBroken
from streams.segments import digest

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from duckdb import DuckDBPyConnection

    from streams.segments.segment import Segment

Place = tuple[str, int]
"""Chain and partition."""

REMEDY = "Nothing was collected. Restore the landing from its backup, or make the lake anew with puyango rebuild."


@dataclass(frozen=True)
class Run:
    """Segments of one partition that follow the ledger's position; ``start`` is None before the first collect."""

    place: Place
    start: int | None
    segments: tuple[Segment, ...]

    @property
    def end(self) -> int:
        """Offset after the last of them."""
        return self.segments[-1].next


def positions(con: DuckDBPyConnection, family: str) -> dict[Place, int]:
    """Return the ledger's next offset of each partition of ``family``."""
    asked = "select chain, partition, next_offset from ops.position where family = ?"
    return {(chain, partition): offset for chain, partition, offset in con.execute(asked, [family]).fetchall()}


def runs(
    segments: Iterable[Segment], ledger: Mapping[Place, int], until: Mapping[Place, int] | None = None
) -> list[Run]:
    """Return what follows the ``ledger`` in each partition, no further than ``until`` where that is given.

    Raises ``ChainBroken`` where landing and ledger contradict each other.
    """
    chains: dict[Place, list[Segment]] = defaultdict(list)
    for segment in segments:
        chains[segment.chain, segment.partition].append(segment)
    for place in sorted(ledger.keys() - chains.keys()):
        raise ChainBroken(f"{_name(place)}: collected up to {ledger[place]}, but no segment is left in landing", REMEDY)
    found = (_run(place, chain, ledger.get(place), until) for place, chain in sorted(chains.items()))
    return [run for run in found if run.segments]


def _run(place: Place, chain: Sequence[Segment], start: int | None, until: Mapping[Place, int] | None) -> Run:
    if start is not None and start not in {chain[-1].next, *(segment.first for segment in chain)}:
        fact = f"{_name(place)}: collected up to {start}, where no segment begins; landing ends at {chain[-1].next}"
        raise ChainBroken(fact, REMEDY)
    limit = chain[-1].next if until is None else until.get(place, 0)
    wanted = (segment for segment in chain if (start is None or segment.first >= start) and segment.next <= limit)
    return Run(place, start, tuple(wanted))


def unaltered(segment: Segment) -> str:
    """Return the sha256 of the segment's bytes as they lie on the disk; raises ``ChainBroken`` if they changed."""
    found = digest.fresh(segment.path)
    if found != segment.sha256:
        fact = f"{segment.path} has sha256 {found}, but landed with {segment.sha256}"
        raise ChainBroken(fact, REMEDY)
    return found


def _name(place: Place) -> str:
    return f"{place[0]} partition {place[1]}"
