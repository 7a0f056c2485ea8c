"""What is simulated: a phenomenon gives, day by day, what is sent on that day and what is true of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import streams.families
import streams.simulation.phenomena
from puyango.errors import UsageRefused
from puyango.members import members

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from datetime import date

    import polars as pl

    from streams.contract import Contract
    from streams.simulation.world import World


@dataclass(frozen=True, slots=True)
class Told:
    """One day: ``events`` in the order of sending, a column a field, and the rows of the ``truth`` of that day."""

    day: date
    events: pl.DataFrame
    truth: pl.DataFrame


@dataclass(frozen=True, slots=True)
class Phenomenon:
    """Something that happens at the border and is recorded as events of ``family``.

    ``run`` yields every day of a world in order. ``says`` tells what is assumed, for whoever reads the truth.
    """

    name: str
    family: str
    says: str
    run: Callable[[World], Iterator[Told]]

    @property
    def contract(self) -> Contract:
        """Contract of the family."""
        found: Contract = next(m.CONTRACT for m in members(streams.families) if m.CONTRACT.name == self.family)
        return found


def phenomena() -> dict[str, Phenomenon]:
    """Return every phenomenon by its name."""
    return {module.PHENOMENON.name: module.PHENOMENON for module in members(streams.simulation.phenomena)}


def chosen(names: list[str]) -> list[Phenomenon]:
    """Return the phenomena of these ``names``, all where there is none; raises ``UsageRefused`` listing them."""
    known = phenomena()
    if unknown := [name for name in names if name not in known]:
        raise UsageRefused(f"there is no phenomenon {unknown[0]}", f"They are: {', '.join(known)}.")
    return [known[name] for name in dict.fromkeys(names or known)]
