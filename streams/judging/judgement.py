"""What is found about one row: values that may land, reasons why it may not, marks, and what is withheld."""

from __future__ import annotations

from datetime import UTC, date
from typing import TYPE_CHECKING

from streams.judging.literal import Instant
from streams.judging.reason import MARKS, REASONS

if TYPE_CHECKING:
    from collections.abc import Iterable

    from streams.contract import Contract, Field
    from streams.judging.value import Value

_RANK = {word: rank for rank, word in enumerate((*REASONS, *MARKS))}


class Judgement:
    """Findings about one row; ``refused`` says whether it may land."""

    def __init__(self, contract: Contract) -> None:
        """Begin with nothing found."""
        self.values: dict[str, Value] = {}
        self.withheld: dict[str, object] = {}
        self._places = {"": -1} | {field.name: place for place, field in enumerate(contract.fields)}
        self._reasons: set[tuple[int, int, str]] = set()
        self._marks: set[tuple[int, int, str]] = set()

    def refuse(self, reasons: Iterable[str], field: str = "") -> None:
        """Add reasons, of ``field`` or of the row."""
        self._reasons.update(self._item(reason, field) for reason in reasons)

    def mark(self, marks: Iterable[str], field: str = "") -> None:
        """Add marks, of ``field`` or of the row."""
        self._marks.update(self._item(mark, field) for mark in marks)

    @property
    def refused(self) -> bool:
        """Whether there is a reason."""
        return bool(self._reasons)

    @property
    def reasons(self) -> str | None:
        """All reasons in the order of the contract's fields, then of the closed list; None for a good row."""
        return _joined(self._reasons)

    @property
    def marks(self) -> str | None:
        """All marks, ordered as the reasons."""
        return _joined(self._marks)

    def landed(self, field: Field) -> Value:
        """Return what lands in the column of ``field``: instants in UTC, births as their year; None if refused."""
        found = None if self.refused else self.values.get(field.name)
        if isinstance(found, Instant):
            return found.moment.astimezone(UTC)
        return found.year if field.personal == "year" and isinstance(found, date) else found

    def faulty(self, *fields: str) -> bool:
        """Say whether one of ``fields`` has a reason of its own."""
        places = {self._places[field] for field in fields}
        return any(place in places for place, _, _ in self._reasons)

    def _item(self, word: str, field: str) -> tuple[int, int, str]:
        return self._places[field], _RANK[word], f"{word}@{field}" if field else word


def _joined(items: Iterable[tuple[int, int, str]]) -> str | None:
    return ";".join(item for _, _, item in sorted(items)) or None
