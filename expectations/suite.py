"""The rules that follow from a declaration alone, derived once for every layer."""

from __future__ import annotations

from typing import TYPE_CHECKING

from expectations.claims import MARKS, anchored, bounded, formed, in_list, listed, present, unique, unmarked
from streams.contract import Contract
from transforms.table import Table

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from expectations.rule import Rule, Severity
    from streams.contract import Field
    from warehouse.header import Header

COORDINATES = ("chain", "partition", "offset")
LANDED = (*COORDINATES, "known_at", "anchor_day", "value_hash")


def declared(declaration: Contract | Table | Header) -> tuple[Rule, ...]:
    """Return the rules of a bronze, silver or gold table, in the order of its columns.

    An indicator states the severity of its own checks; what makes a table a table is critical everywhere.
    """
    if isinstance(declaration, Contract):
        return (unique(COORDINATES), *map(present, LANDED), *_fields(declaration.fields))
    if isinstance(declaration, Table):
        return (unique(declaration.key), *_steady(declaration), *_fields(declaration.fields), *map(unmarked, MARKS))
    severity: Severity = "critical" if declaration.severity == "critical" else "warning"
    return (unique(declaration.grain), *_columns(declaration, severity))


def _steady(table: Table) -> Iterator[Rule]:
    """Yield the rule that a thing keeps its anchor day, unless its identity says which day that is."""
    if not {table.anchor, table.reads.period} & set(table.reads.thing):
        yield anchored(table.reads.thing, table.anchor)


def _fields(fields: Sequence[Field]) -> Iterator[Rule]:
    for field in fields:
        if field.required:
            yield present(field.column)
        if field.personal:
            continue
        if field.codes:
            yield in_list(field.column, field.codes)
        if field.pattern:
            yield formed(field.column, field.pattern)
        if field.least is not None or field.most is not None:
            yield bounded(field.column, field.least, field.most)
        if field.reference:
            yield listed(field)


def _columns(header: Header, severity: Severity) -> Iterator[Rule]:
    for column in header.columns:
        if column.required:
            yield present(column.name, "critical" if column.name in header.grain else severity)
        if column.codes:
            yield in_list(column.name, column.codes, severity)
        if column.least is not None or column.most is not None:
            yield bounded(column.name, column.least, column.most, severity)
