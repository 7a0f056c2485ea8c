"""Gaps that a person declares: offsets that no reader can have any more, passed over in the open.

A declared gap is a segment without rows. So it is a link of the chain like any other: its name is the lock, its
footer says who declared it and why, and no segment that follows can be landed over another story.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import polars as pl

from puyango.errors import Busy, UsageRefused
from streams import schema
from streams.reading import stops
from streams.segments.segment import Gap

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from datetime import datetime

    from streams.contract import Contract
    from streams.landing import Landing
    from streams.reading.log import Log, Place
    from streams.segments.segment import Segment

EXPIRED, CORRUPT = "expired", "corrupt_batch"
CAUSES = (EXPIRED, CORRUPT)
PROBES = 100_000


@dataclass(frozen=True, slots=True)
class Declaration:
    """Offsets ``[first, next)`` of a partition, why they are lost, who says so, when, and in what words."""

    partition: int
    first: int
    next: int
    because: str
    person: str
    reason: str
    at: datetime

    @property
    def facts(self) -> dict[str, str]:
        """What the footer of the segment says of it."""
        return {"declared_by": self.person, "declared_at": self.at.isoformat(), "declared_reason": self.reason}


def declare(
    contract: Contract, log: Log, landing: Landing, said: Declaration, readable: Callable[[int], bool]
) -> Segment:
    """Land the gap at the end of the partition's chain, and return its segment; the ingester reads on behind it.

    Raises ``UsageRefused`` where any of these offsets is there, or where the gap begins elsewhere than the chain
    ends. ``readable`` says of an offset within the log whether hop 1 could read on from it.
    """
    place = (contract.topic, said.partition)
    chain = log.chain(contract.topic)
    known = landing.chains(contract.name)
    if known and chain.folder not in known:
        raise stops.another(contract.name, known[-1], chain)
    _refuse_place(contract, log, said)
    _refuse_begin(said, landing.next_offset(contract.name, chain, said.partition) or 0)
    begin, end = log.begin_offsets(contract.topic)[said.partition], log.end_offsets(contract.topic)[said.partition]
    lost = begin if said.because == EXPIRED else _damage(said, begin, end, readable)
    _refuse_readable(said, place, lost, end)
    landing.open(contract.name, chain)
    rows = pl.DataFrame(schema=schema.segment(contract))
    run = (said.partition, said.first, said.next, rows, [Gap(said.first, said.next, said.because)])
    try:
        return landing.publish(contract, chain, *run, declared=said.facts)
    except FileExistsError:
        raise Busy(f"{stops.shown(place)} has landed further meanwhile", "Look at puyango status, and again.") from None


def declared(landing: Landing, family: str) -> Iterator[tuple[Segment, dict[str, str]]]:
    """Yield each segment that is a declared gap, and what its footer says of it."""
    for segment in landing.segments(family):
        if any(gap.reason in CAUSES for gap in segment.gaps):
            said = pl.read_parquet_metadata(segment.path)
            yield segment, {name: said.get(name, "") for name in ("declared_by", "declared_at", "declared_reason")}


def _refuse_place(contract: Contract, log: Log, said: Declaration) -> None:
    partitions = log.partitions(contract.topic)
    if said.partition not in partitions:
        what = f"partition {said.partition} of {contract.topic} does not exist"
        raise UsageRefused(what, f"It has the partitions 0 to {partitions[-1]}.")
    if said.because not in CAUSES:
        raise UsageRefused(f"{said.because!r} is no cause of a gap", f"It is one of: {', '.join(CAUSES)}.")
    if not said.reason.strip() or not said.person.strip():
        raise UsageRefused("a gap needs a person and a reason", "Say who declares it and why, for whoever audits it.")


def _refuse_begin(said: Declaration, landed: int) -> None:
    if said.next <= said.first:
        raise UsageRefused(f"no offset lies from {said.first} up to {said.next}", "NEXT is the offset after the last.")
    if said.first != landed:
        remedy = f"A gap begins there: FIRST is {landed}. Let puyango ingest land what can be read before it."
        raise UsageRefused(f"partition {said.partition} has landed up to {landed}, not {said.first}", remedy)


def _damage(said: Declaration, begin: int, end: int, readable: Callable[[int], bool]) -> int:
    """Return where the damage that begins at ``first`` ends: the next offset from which reading can go on."""
    if said.first < begin:
        remedy = f"Declare them so first: NEXT {begin}, --because {EXPIRED}."
        raise UsageRefused(f"the offsets {said.first} to {begin - 1} have expired", remedy)
    for offset in range(said.first, min(end, said.first + PROBES)):
        if readable(offset):
            return offset
    return min(end, said.first + PROBES)


def _refuse_readable(said: Declaration, place: Place, lost: int, end: int) -> None:
    """Refuse a gap that is not exactly what is ``lost``; nobody hides data behind one."""
    if said.next > lost:
        there = f"{max(said.first, lost)} to {min(said.next, end) - 1}" if end > max(said.first, lost) else "none"
        what = f"{stops.shown(place)}: these offsets are there, or not written yet: {there}"
        hint = f"What is lost ends before {lost}: give NEXT {lost}." if lost > said.first else "Nothing is lost there."
        raise UsageRefused(what, f"{hint} Offsets that can be read are not passed over.")
    if said.because == CORRUPT and said.next < lost:
        raise UsageRefused(f"{stops.shown(place)}: the damage goes on up to {lost - 1}", f"Give NEXT {lost}.")
