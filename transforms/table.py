"""What a silver table promises: plain data beside the function that makes the table."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol, cast

import transforms.tables
from puyango.errors import UsageRefused
from puyango.members import members
from streams.contract import Field

if TYPE_CHECKING:
    import polars as pl

    from streams.contract import Contract

LAYER = "silver"

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
    """One row per ``key``, folded from the events of ``reads``; ``anchor`` is the day that a row belongs to.

    The anchor is part of the key: a thing that was sent under two days is two rows (C16).
    A row of a day may depend on events up to ``reach`` days after it.
    """

    name: str
    says: str
    reads: Contract
    key: tuple[str, ...]
    anchor: str
    fields: tuple[Field, ...]
    reach: int = 0


class Declared(Protocol):
    """A module of ``transforms/tables``: what the table promises, and the pure function that makes it."""

    TABLE: Table

    def build(self, events: pl.LazyFrame) -> pl.LazyFrame:
        """Return the rows of the table that ``events`` amount to."""


def declared() -> dict[str, Declared]:
    """Return the modules of all tables by the name of their table."""
    modules = [cast("Declared", module) for module in members(transforms.tables)]
    return {module.TABLE.name: module for module in modules}


def module(name: str) -> Declared:
    """Return the module that declares the table ``name``; raises ``UsageRefused`` naming those that exist."""
    found = declared()
    if name not in found:
        raise UsageRefused(f"there is no silver table {name}", f"Tables: {', '.join(found)}.")
    return found[name]
