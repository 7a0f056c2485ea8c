"""The steps from what a figure was to what it is: recomputed, never guessed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from transforms.table import module
from warehouse import difference, entry, events, period, scenario
from warehouse.indicator import indicators

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence
    from datetime import date

    from duckdb import DuckDBPyConnection

    from puyango.settings import Settings
    from warehouse.difference import Cell, Named
    from warehouse.events import Change
    from warehouse.indicator import Indicator
    from warehouse.vintage import Vintage

ORDER = ("late", "rectified", "cancelled")


@dataclass(frozen=True, slots=True)
class Waterfall:
    """The ``reasons`` of the steps of one indicator, and its figures before each but the first.

    Only its ``wholes`` follow from the events that came in: elsewhere a figure went at the first step, which is
    of the program, from what it was to what it is.
    """

    reasons: tuple[str, ...]
    states: tuple[Mapping[Named, str | None], ...]
    kind: str
    wholes: frozenset[date]

    def texts(self, cell: Cell) -> list[str | None]:
        """Return the figure before the first step, between them, and after the last."""
        touched = period.start(self.kind, cell.first) in self.wholes
        between = [state.get(cell.name) if touched else cell.new for state in self.states]
        return [cell.old, *between, cell.new]


@dataclass(frozen=True, slots=True)
class Course:
    """From what was published to what is: ``before`` is the vintage whose figures were shown, in ``last``, till now."""

    before: Vintage
    last: Vintage
    now: Vintage

    def first(self, id_: str) -> str:
        """Return why a figure of the indicator differs although it is of the same events."""
        made, had = self.now.made_by[id_], self.before.made_by.get(id_, ["", ""])
        if made[0] != had[0]:
            return "method"
        if made[1] != had[1]:
            return "reference_data"
        return "held" if self.last.standing.get(id_) == "" else "unexplained"


def falls(
    con: DuckDBPyConnection, settings: Settings, course: Course, wanted: Mapping[str, Collection[Named]]
) -> dict[str, Waterfall]:
    """Return the steps of ``course`` for the indicators of which figures are ``wanted``."""
    needed = _needed(wanted)
    changes = _changes(con, course.before, needed)
    reasons = tuple(reason for reason in ORDER if any(reason in dict(each.steps()) for each in changes))
    wholes = scenario.touched(needed, {each.table.name: each.days for each in changes})
    states = []
    for done in range(len(reasons)):
        with entry.reading(settings, course.now.snapshot) as stage:
            for each in changes:
                scenario.put(stage, each.table, each.days, each.at(reasons[:done]))
            states.append({each.id: _figures(stage, each, wholes, wanted) for each in needed})
    return {
        each.id: Waterfall(
            reasons=(course.first(each.id), *reasons),
            states=tuple(state[each.id] for state in states),
            kind=each.header.whole,
            wholes=frozenset(wholes[each.id]),
        )
        for each in needed
        if each.id in wanted
    }


def _figures(
    con: DuckDBPyConnection,
    indicator: Indicator,
    wholes: Mapping[str, Sequence[date]],
    wanted: Mapping[str, Collection[Named]],
) -> Mapping[Named, str | None]:
    rows = scenario.figures(con, indicator, wholes[indicator.id], None)
    return difference.values(con, indicator, rows, wanted.get(indicator.id, ()))


def _needed(wanted: Collection[str]) -> list[Indicator]:
    """Return the ``wanted`` indicators and all that they read, each after what it reads."""
    every = indicators()
    needed = set(wanted)
    for each in reversed(every):
        if each.id in needed:
            needed |= {above.id for above in each.above}
    return [each for each in every if each.id in needed]


def _changes(con: DuckDBPyConnection, before: Vintage, needed: Sequence[Indicator]) -> list[Change]:
    names = sorted({table for each in needed for table in each.reads_from("silver")})
    found = (events.change(con, module(name).TABLE, before) for name in names)
    return [each for each in found if each is not None]
