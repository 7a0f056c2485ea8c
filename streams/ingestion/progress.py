"""How far each partition has landed, and that every offset is accounted for; from footers alone."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from streams.contract import Contract
    from streams.landing import Landing
    from streams.reading.log import Chain
    from streams.segments.partition import Partition

    Ends = Mapping[str, tuple[Chain, Mapping[int, int]]]
    """By family: which log its topic is now, and the end of each partition."""

LATE = "late_beyond_policy"


@dataclass(frozen=True, slots=True)
class Progress:
    """One partition of one log. ``end`` is None where the log was not asked, or is another by now."""

    family: str
    chain: str
    partition: int
    first: int
    landed: int
    end: int | None = None
    good: int = 0
    refused: int = 0
    gaps: int = 0
    segments: int = 0
    late: int = 0
    reasons: Mapping[str, int] = field(default_factory=dict)
    last_segment: str = ""
    last_at: datetime | None = None

    @property
    def lag(self) -> int | None:
        """How many offsets are in the log and not landed; None where the log was not asked."""
        return None if self.end is None else self.end - self.landed

    @property
    def produced(self) -> int:
        """How many offsets have been read: a chain begins at 0, so one that lost its first segment does not add up."""
        return self.landed

    @property
    def conserved(self) -> bool:
        """Whether produced = landed good + refused + gaps."""
        return self.produced == self.good + self.refused + self.gaps


def progress(contracts: Iterable[Contract], landing: Landing, ends: Ends) -> list[Progress]:
    """Return the progress of every partition that has landed or is in the log."""
    return [
        found
        for contract in contracts
        for chain in _chains(contract, landing, ends)
        for found in _of_chain(contract, landing, chain, _ends(contract, chain, ends))
    ]


def _chains(contract: Contract, landing: Landing, ends: Ends) -> list[str]:
    now = [ends[contract.name][0].folder] if contract.name in ends else []
    return sorted({*landing.chains(contract.name), *now})


def _ends(contract: Contract, chain: str, ends: Ends) -> Mapping[int, int]:
    log, found = ends.get(contract.name, (None, {}))
    return found if log and log.folder == chain else {}


def _of_chain(contract: Contract, landing: Landing, chain: str, ends: Mapping[int, int]) -> list[Progress]:
    numbers = sorted({*landing.partitions(contract.name, chain), *ends})
    return [
        _of_partition(contract, chain, number, landing.partition(contract.name, chain, number), ends.get(number))
        for number in numbers
    ]


def _of_partition(contract: Contract, chain: str, number: int, place: Partition, end: int | None) -> Progress:
    segments = list(place.scan())
    if not segments:
        return Progress(contract.name, chain, number, 0, 0, end)
    last = segments[-1]
    reasons: Counter[str] = Counter()
    for segment in segments:
        reasons.update(segment.reasons)
    return Progress(
        contract.name,
        chain,
        number,
        first=segments[0].first,
        landed=last.next,
        end=end,
        good=sum(segment.good for segment in segments),
        refused=sum(segment.refused for segment in segments),
        gaps=sum(segment.gap_offsets for segment in segments),
        segments=len(segments),
        late=sum(segment.marks.get(LATE, 0) for segment in segments),
        reasons=dict(sorted(reasons.items())),
        last_segment=last.path.name,
        last_at=datetime.fromtimestamp(last.path.stat().st_mtime, UTC),
    )
