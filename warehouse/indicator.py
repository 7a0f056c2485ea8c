"""The indicators in the order in which they can be built, each with what it reads and what it is made by."""

from __future__ import annotations

import graphlib
import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING

from puyango import reference
from puyango.errors import ConfigRefused, UsageRefused
from warehouse import breaks, inputs
from warehouse.grammar import PERIODS
from warehouse.header import INDICATORS, headers

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from warehouse.header import Header


@dataclass(frozen=True)
class Indicator:
    """A header, the tables that its SQL ``reads`` as (layer, table), and the sha256 of all that makes its figures.

    ``above`` are the indicators among what it reads.
    """

    header: Header
    reads: tuple[inputs.Name, ...]
    above: tuple[Indicator, ...]
    declaration: str

    @property
    def id(self) -> str:
        """Name of file, table and main measure."""
        return self.header.id

    def reads_from(self, layer: str) -> tuple[str, ...]:
        """Return the names of the tables of ``layer`` that it reads."""
        return tuple(table for place, table in self.reads if place == layer)


def indicators(folder: Path = INDICATORS) -> tuple[Indicator, ...]:
    """Return all indicators, each after those whose tables it reads.

    Raises ``ConfigRefused`` for a table that does not exist, a circle, or a period finer than its input's.
    """
    declared = {header.id: header for header in headers(folder)}
    reads = {id_: inputs.read_by(file(id_), header.sql, declared.keys()) for id_, header in declared.items()}
    made: dict[str, Indicator] = {}
    for id_ in _ordered({id_: [table for layer, table in found if layer == "gold"] for id_, found in reads.items()}):
        above = tuple(made[table] for layer, table in reads[id_] if layer == "gold")
        _judge(declared[id_], above)
        made[id_] = Indicator(declared[id_], reads[id_], above, _declaration(declared[id_], reads[id_], above))
    return tuple(made.values())


def indicator(id_: str, folder: Path = INDICATORS) -> Indicator:
    """Return the indicator ``id_``; raises ``UsageRefused`` if there is none."""
    found = {each.id: each for each in indicators(folder)}
    if id_ not in found:
        raise UsageRefused(f"there is no indicator {id_}", f"There are: {', '.join(found)}.")
    return found[id_]


def _ordered(above: Mapping[str, list[str]]) -> tuple[str, ...]:
    try:
        return tuple(graphlib.TopologicalSorter(above).static_order())
    except graphlib.CycleError as error:
        raise ConfigRefused(
            f"indicators read one another in a circle: {' > '.join(error.args[1])}", "Cut it."
        ) from None


def _judge(header: Header, above: tuple[Indicator, ...]) -> None:
    for each in above:
        if PERIODS.index(header.whole) < PERIODS.index(each.header.whole):
            fact = f"{file(header.id)}: whole period {header.whole}, that of {each.id} is {each.header.whole}"
            raise ConfigRefused(fact, "An indicator cannot be replaced in smaller parts than what it reads.")


def _declaration(header: Header, reads: tuple[inputs.Name, ...], above: tuple[Indicator, ...]) -> str:
    """Return the sha256 of the query, the form of its result, and all that it reads besides silver."""
    columns = tuple(column.name for column in header.columns)
    parts: list[object] = [header.sql, columns, header.grain, header.period, header.whole, header.reach]
    parts += [header.confidentiality, *(each.declaration for each in above)]
    parts += [reference.rows(table) for layer, table in reads if layer == "reference"]
    parts += [breaks.MACRO] if breaks.LIST in reads else []
    return hashlib.sha256(repr(parts).encode()).hexdigest()


def file(id_: str) -> str:
    """Return the path of the indicator's file in the project, as messages name it."""
    return f"warehouse/indicators/{id_}.sql"
