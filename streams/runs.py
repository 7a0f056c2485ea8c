"""What one poll found in one partition, cut into runs of offsets that lie end to end."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, overload

from kafka.consumer.fetcher import ConsumerRecord

from streams.log import Batch
from streams.unpacking import CORRUPT, LATER, Damage

if TYPE_CHECKING:
    from collections.abc import Callable

    from streams.log import Place, Record

CUT = 20_000


@dataclass(frozen=True, slots=True)
class Found:
    """Batches up to ``next``; where ``again`` names a reason, what follows there is to be fetched again."""

    place: Place
    batches: list[Batch]
    next: int
    again: str = ""


class Refused(Sequence["Record"]):
    """The records of ``[first, next)`` that were not unpacked, made as they are asked for; the first has the bytes."""

    def __init__(self, place: Place, damage: Damage, first: int, next_offset: int) -> None:
        """Stand for a part of what ``damage`` covers."""
        self._place, self._damage = place, damage
        self._first, self._next = first, next_offset
        self._whole = max(damage.first, first) if first <= damage.first else -1

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
        if not 0 <= index < len(self):
            raise IndexError(index)
        offset, damage = self._first + index, self._damage
        value = damage.value if offset == self._whole else None
        record: Record = ConsumerRecord(
            *self._place, None, offset, damage.timestamp, damage.timestamp_type, None, value, [], None, -1, -1, -1
        )
        return record


def found(place: Place, at: int, records: Sequence[ConsumerRecord], end: int, log_end: Callable[[Place], int]) -> Found:
    """Return what lies in ``[at, end)`` of ``place``, of which ``records`` came; damage among them ends the trust.

    A damage that reaches beyond ``log_end`` has a header that lies.
    """
    batches: list[Batch] = []
    start = 0
    for index in [index for index, record in enumerate(records) if record.checksum is not None]:
        damage, run = records[index].checksum, records[start:index]
        again = damage.reason if damage.reason in (CORRUPT, LATER) else ""
        if not again and (damage.last >= log_end(place) or damage.last < at):
            again = CORRUPT
        until = max(at, damage.first) if not again else run[-1].offset + 1 if run else at
        if not _inside(run, at, until):
            return Found(place, batches, at, CORRUPT)
        batches += [Batch(*place, at, until, run)] if until > at else []
        if again:
            return Found(place, batches, until, again)
        batches += _refused(place, damage, until)
        at, start = damage.last + 1, index + 1
    run = records[start:] if start else records
    if end < at or not _inside(run, at, end):
        return Found(place, batches, at, CORRUPT)
    return Found(place, [*batches, Batch(*place, at, end, run)] if end > at else batches, end)


def _inside(run: Sequence[ConsumerRecord], at: int, end: int) -> bool:
    """Whether the run's ends lie where they should; its checksum does not cover where a batch says it begins."""
    return not run or at <= run[0].offset <= run[-1].offset < end


def _refused(place: Place, damage: Damage, first: int) -> list[Batch]:
    """Return the damage as batches of at most ``CUT`` records: a bomb may claim millions."""
    edges = [*range(first, damage.last + 1, CUT), damage.last + 1]
    return [
        Batch(*place, begin, end, Refused(place, damage, begin, end), damage.reason) for begin, end in pairwise(edges)
    ]
