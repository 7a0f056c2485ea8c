"""The rules that follow from a declaration alone, derived once for every layer."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from expectations.rule import Rule
from puyango import reference
from streams.contract import Contract
from transforms.table import Table

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from decimal import Decimal

    from expectations.rule import Severity
    from streams.contract import Field
    from warehouse.header import Header

    Bound = int | Decimal | None

COORDINATES = ("chain", "partition", "offset")
LANDED = (*COORDINATES, "known_at", "anchor_day", "value_hash")
NOT_A_CODE = ("_Z", "_U")
MARKS = {
    "repeated": "The publisher sent the same thing twice; counting events instead of things would count it double.",
    "conflicting": "The publisher sent two values of one thing; the last one stands, somebody must say which is right.",
}


def declared(declaration: Contract | Table | Header) -> tuple[Rule, ...]:
    """Return the rules of a bronze, silver or gold table, in the order of its columns.

    An indicator states the severity of its own checks; what makes a table a table is critical everywhere.
    """
    if isinstance(declaration, Contract):
        return (unique(COORDINATES), *map(present, LANDED), *_fields(declaration.fields))
    if isinstance(declaration, Table):
        return (unique(declaration.key), *_fields(declaration.fields), *map(unmarked, MARKS))
    severity: Severity = "critical" if declaration.severity == "critical" else "warning"
    return (unique(declaration.grain), *_columns(declaration, severity))


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


def unique(key: Sequence[str]) -> Rule:
    """Return the rule that no two rows share ``key``; a null is a value like any other."""
    columns = ", ".join(f'"{name}"' for name in key)
    return Rule(
        name=f"{', '.join(key)}: unique",
        notes="Two rows for one thing would be counted twice.",
        severity="critical",
        rows=f"select {columns} from {{batch}} group by {columns} having count(*) > 1",  # noqa: S608  # declared names
    )


def present(column: str, severity: Severity = "critical") -> Rule:
    """Return the rule that ``column`` has a value in every row."""
    return Rule(
        name=f"{column}: present",
        notes="A value that the declaration requires got lost on the way.",
        severity=severity,
        expects="ExpectColumnValuesToNotBeNull",
        given={"column": column},
    )


def in_list(column: str, codes: Sequence[str], severity: Severity = "critical") -> Rule:
    """Return the rule that ``column`` holds only ``codes``."""
    return Rule(
        name=f"{column}: in its closed list",
        notes="A code outside its closed list belongs to no class and would vanish from every breakdown.",
        severity=severity,
        expects="ExpectColumnValuesToBeInSet",
        given={"column": column, "value_set": list(codes)},
    )


def formed(column: str, pattern: str) -> Rule:
    """Return the rule that every value of ``column`` has the form of its code, leading zeros included."""
    literal = pattern.replace("'", "''").replace("{", "{{").replace("}", "}}")
    return Rule(
        name=f"{column}: has the form of its code",
        notes="A code that lost its leading zeros or its length joins to nothing, or to something else.",
        severity="critical",
        rows=f"select * from {{batch}} where not regexp_full_match(\"{column}\", '{literal}')",  # noqa: S608  # as above
    )


def bounded(column: str, least: Bound, most: Bound, severity: Severity = "critical") -> Rule:
    """Return the rule that no value of ``column`` lies beyond its bounds."""
    return Rule(
        name=f"{column}: within bounds",
        notes="A value beyond the bounds of its unit is a wrong sign, a wrong unit or a wrong formula.",
        severity=severity,
        expects="ExpectColumnValuesToBeBetween",
        given={"column": column, "min_value": _plain(least), "max_value": _plain(most)},
    )


def listed(field: Field) -> Rule:
    """Return the rule that ``field`` is in its reference table; a warning, for reference data may be late."""
    apart = [code for code in NOT_A_CODE if not field.pattern or re.fullmatch(field.pattern, code)]
    return Rule(
        name=f"{field.column}: listed in {field.reference}",
        notes="A code without an entry stays in the totals, not classified; the reference table may be late.",
        expects="ExpectColumnValuesToBeInSet",
        given={"column": field.column, "value_set": sorted(reference.codes(field.reference)) + apart},
    )


def unmarked(mark: str) -> Rule:
    """Return the rule that no row carries ``mark``; a warning, for the row that is kept is in order."""
    return Rule(
        name=f"marks: nothing {mark}",
        notes=MARKS[mark],
        rows=f"select * from {{batch}} where list_contains(string_split(marks, ';'), '{mark}')",  # noqa: S608  # as above
    )


def _plain(bound: Bound) -> float | None:
    return bound if bound is None or isinstance(bound, int) else float(bound)
