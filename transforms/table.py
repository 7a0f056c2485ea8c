"""What a silver table promises: plain data beside the function that makes the table."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from streams.contract import Field

if TYPE_CHECKING:
    from streams.contract import Contract

FOLDED = (
    Field("known_at", "instant", "When the broker appended the record that made this row current."),
    Field("events_seen", "whole", "Events of this thing and edition, the repeated ones too.", unit="1", least=1),
    Field("values_seen", "whole", "Different values among those events.", unit="1", least=1),
    Field(
        "marks", "text", "What a careful reader must know of the row, mark@field, joined by semicolons.", required=False
    ),
)


@dataclass(frozen=True)
class Table:
    """One row per ``key``, folded from the events of ``reads``; ``anchor`` is the day of which the table is a function.

    ``reach`` is how many days around a touched day a row may look.
    """

    name: str
    says: str
    reads: Contract
    key: tuple[str, ...]
    anchor: str
    fields: tuple[Field, ...]
    reach: int = 0
