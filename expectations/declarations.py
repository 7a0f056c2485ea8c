"""Every table of the platform with its declaration and all rules it is judged by."""

from __future__ import annotations

import difflib
from typing import TYPE_CHECKING

import expectations.rules
import streams.families
import transforms.tables
from expectations.suite import declared
from puyango.errors import UsageRefused
from puyango.members import members
from warehouse.header import Header, headers

if TYPE_CHECKING:
    from collections.abc import Mapping

    from expectations.rule import Rule
    from streams.contract import Contract
    from transforms.table import Table

LAYERS = ("bronze", "silver", "gold")


def contracts() -> dict[str, Contract]:
    """Return the contracts of the event families by name."""
    return {module.CONTRACT.name: module.CONTRACT for module in members(streams.families)}


def silver() -> dict[str, Table]:
    """Return the declarations of the silver tables by name."""
    return {module.TABLE.name: module.TABLE for module in members(transforms.tables)}


def tables(layer: str) -> Mapping[str, Contract | Table | Header]:
    """Return the declarations of ``layer`` by the name of their table; raises ``UsageRefused`` for another layer."""
    match layer:
        case "bronze":
            return contracts()
        case "silver":
            return silver()
        case "gold":
            return {header.id: header for header in headers()}
        case _:
            raise UsageRefused(f"there is no layer {layer}", f"The layers are {', '.join(LAYERS)}.")


def declaration(layer: str, table: str) -> Contract | Table | Header:
    """Return the declaration of one table; raises ``UsageRefused`` naming the nearest."""
    known = tables(layer)
    if table not in known:
        near = difflib.get_close_matches(table, known, n=1)
        hint = f"Did you mean {near[0]}?" if near else f"The tables of {layer} are {', '.join(known)}."
        raise UsageRefused(f"there is no table {table} in {layer}", hint)
    return known[table]


def rules(layer: str, table: str) -> tuple[Rule, ...]:
    """Return the rules of one table: those that follow from its declaration, then those written for it."""
    return (*declared(declaration(layer, table)), *written(table))


def written(table: str) -> tuple[Rule, ...]:
    """Return the rules of the file that has the table's name; none if there is no such file."""
    found = [module.RULES for module in members(expectations.rules) if module.__name__.endswith(f".{table}")]
    return tuple(found[0]) if found else ()
