"""What one poll found in one partition, cut into runs of offsets that lie end to end."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, overload

from streams.reading.framing import Record
from streams.reading.log import Batch
from streams.reading.unpacking import CORRUPT, LATER, MANY, Damage, Parcel

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from streams.reading.log import Place

AGAIN = (CORRUPT, LATER)


@dataclass(frozen=True, slots=True)
class Found:
    """Batches up to ``next``; where ``again`` names a reason, what follows there is to be fetched again."""

    place: Place
    batches: list[Batch]
    next: int
    again: str = ""


class Refused(Sequence[Record]):
    """The records of ``[first, next)`` that were not unpacked, made as they are asked for; ``whole`` has the bytes."""

    def __init__(self, damage: Damage, first: int, next_offset: int, whole: int) -> None:
        """Stand for a part of what ``damage`` covers."""
        self._damage, self._first, self._next, self._whole = damage, first, next_offset, whole

    def __len__(self) -> int:
        """Return how many offsets."""
        return self._next - self._first

    @overload
    def __getitem__(self, index: int) -> Record: ...
    @overload
    def __getitem__(self, index: slice) -> Sequence[Record]: ...
    def __getitem__(self, index: int | slice) -> Record | Sequence[Record]:
        """Return one record, or several."""
        if isinstance(index, slice):
            return [self[at] for at in range(*index.indices(len(self)))]
        offset = range(self._first, self._next)[index]
        value = self._damage.value if offset == self._whole else None
        return Record(offset, self._damage.timestamp, None, value, (), -1)


def found(
    place: Place, at: int, carriers: Iterable[Parcel | Damage], end: int, log_end: Callable[[Place], int]
) -> Found:
    """Return what lies in ``[at, end)`` of ``place``, of which ``carriers`` came; damage among them ends the trust.

    Batches do not overlap, and one that reaches beyond ``log_end`` has a header that lies.
    """
    batches: list[Batch] = []
    run: list[Record] = []
    for number, carrier in enumerate(carriers):
        until = run[-1].offset + 1 if run else at
        reason = carrier.reason
        if (number and carrier.first < until) or carrier.last < until:
            reason = CORRUPT
        elif isinstance(carrier, Parcel):
            run += [record for record in carrier.records if record.offset >= until] if not number else carrier.records
            continue
        elif reason not in AGAIN and carrier.last >= log_end(place):
            reason = CORRUPT
        if reason in AGAIN:
            return Found(place, [*batches, *_run(place, at, until, run)], until, reason)
        first = max(until, carrier.first)
        batches += [*_run(place, at, first, run), *_refused(place, carrier, first)]
        at, run = carrier.last + 1, []
    until = run[-1].offset + 1 if run else at
    if end < until:
        return Found(place, [*batches, *_run(place, at, until, run)], until, CORRUPT)
    return Found(place, [*batches, *_run(place, at, end, run)], end)


def _run(place: Place, first: int, next_offset: int, records: Sequence[Record]) -> list[Batch]:
    return [Batch(*place, first, next_offset, records)] if next_offset > first else []


def _refused(place: Place, damage: Damage, first: int) -> list[Batch]:
    """Return the damage as batches of at most ``MANY`` records: a bomb may claim millions."""
    edges = [*range(first, damage.last + 1, MANY), damage.last + 1]
    return [
        Batch(*place, begin, end, Refused(damage, begin, end, first), damage.reason) for begin, end in pairwise(edges)
    ]
