"""The claims that a declaration can make, each a rule with its words in both languages."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from expectations.rule import EVER, Rule
from puyango import reference

if TYPE_CHECKING:
    from collections.abc import Sequence
    from decimal import Decimal

    from expectations.rule import Severity
    from streams.contract import Field

    Bound = int | Decimal | None

NOT_A_CODE = ("_Z", "_U")
MARKS = {
    "repeated": (
        "repetido",
        "The publisher sent the same thing twice; counting events instead of things would count it double.",
        "Quien publica envió lo mismo dos veces; contar eventos en lugar de cosas lo contaría doble.",
    ),
    "conflicting": (
        "contradictorio",
        "The publisher sent two values of one thing; the last one stands, somebody must say which is right.",
        "Quien publica envió dos valores de una misma cosa; vale el último, y alguien debe decir cuál es el correcto.",
    ),
}


def unique(key: Sequence[str]) -> Rule:
    """Return the rule that no two rows share ``key``; a null is a value like any other."""
    columns = ", ".join(f'"{name}"' for name in key)
    return Rule(
        name=f"{', '.join(key)}: unique",
        name_es=f"{', '.join(key)}: sin repetición",
        notes="Two rows for one thing would be counted twice.",
        notes_es="Dos filas de una misma cosa se contarían dos veces.",
        counts="cases",
        severity="critical",
        rows=f"select {columns} from {{batch}} group by {columns} having count(*) > 1",  # noqa: S608  # declared names
    )


def anchored(thing: Sequence[str], anchor: str) -> Rule:
    """Return the rule that each ``thing`` belongs to one day only; a warning, for the rows of each day are in order.

    A day is folded by itself, so a thing that was sent under two days has a row in each.
    """
    columns = ", ".join(f'"{name}"' for name in thing)
    return Rule(
        name=f"{', '.join(thing)}: on one {anchor} only",
        name_es=f"{', '.join(thing)}: en un solo {anchor}",
        notes="The publisher sent one thing under several anchor days and it is counted on each; somebody must say "
        "which day is right.",
        notes_es="Quien publica envió una misma cosa con varios días de referencia y se cuenta en cada uno; alguien "
        "debe decir qué día es el correcto.",
        counts="cases",
        rows=f'select {columns} from {{batch}} group by {columns} having count(distinct "{anchor}") > 1',  # noqa: S608
        reach=EVER,
        alike=tuple(thing),
    )


def present(column: str, severity: Severity = "critical") -> Rule:
    """Return the rule that ``column`` has a value in every row."""
    return Rule(
        name=f"{column}: present",
        name_es=f"{column}: presente",
        notes="A value that the declaration requires got lost on the way.",
        notes_es="Un valor que la declaración exige se perdió en el camino.",
        severity=severity,
        expects="ExpectColumnValuesToNotBeNull",
        given={"column": column},
    )


def in_list(column: str, codes: Sequence[str], severity: Severity = "critical") -> Rule:
    """Return the rule that ``column`` holds only ``codes``."""
    return Rule(
        name=f"{column}: in its closed list",
        name_es=f"{column}: en su lista cerrada",
        notes="A code outside its closed list belongs to no class and would vanish from every breakdown.",
        notes_es="Un código fuera de su lista cerrada no es de ninguna clase y desaparecería de todo desglose.",
        severity=severity,
        expects="ExpectColumnValuesToBeInSet",
        given={"column": column, "value_set": list(codes)},
    )


def formed(column: str, pattern: str) -> Rule:
    """Return the rule that every value of ``column`` has the form of its code, leading zeros included."""
    literal = pattern.replace("'", "''").replace("{", "{{").replace("}", "}}")
    return Rule(
        name=f"{column}: has the form of its code",
        name_es=f"{column}: tiene la forma de su código",
        notes="A code that lost its leading zeros or its length joins to nothing, or to something else.",
        notes_es="Un código que perdió sus ceros iniciales o su longitud no corresponde a nada, o a otra cosa.",
        severity="critical",
        rows=f"select * from {{batch}} where not regexp_full_match(\"{column}\", '{literal}')",  # noqa: S608  # as above
    )


def bounded(column: str, least: Bound, most: Bound, severity: Severity = "critical") -> Rule:
    """Return the rule that no value of ``column`` lies beyond its bounds."""
    return Rule(
        name=f"{column}: within bounds",
        name_es=f"{column}: dentro de sus límites",
        notes="A value beyond the bounds of its unit is a wrong sign, a wrong unit or a wrong formula.",
        notes_es="Un valor fuera de los límites de su unidad es un signo, una unidad o una fórmula equivocados.",
        severity=severity,
        expects="ExpectColumnValuesToBeBetween",
        given={"column": column, "min_value": _plain(least), "max_value": _plain(most)},
    )


def listed(field: Field) -> Rule:
    """Return the rule that ``field`` is in its reference table; a warning, for reference data may be late."""
    apart = [code for code in NOT_A_CODE if not field.pattern or re.fullmatch(field.pattern, code)]
    return Rule(
        name=f"{field.column}: listed in {field.reference}",
        name_es=f"{field.column}: figura en la tabla de referencia {field.reference}",
        notes="A code without an entry stays in the totals, not classified; the reference table may be late.",
        notes_es="Un código sin entrada queda en los totales, sin clasificar; la tabla de referencia puede tardar.",
        expects="ExpectColumnValuesToBeInSet",
        given={"column": field.column, "value_set": sorted(reference.codes(field.reference)) + apart},
    )


def unmarked(mark: str) -> Rule:
    """Return the rule that no row carries ``mark``; a warning, for the row that is kept is in order."""
    mark_es, notes, notes_es = MARKS[mark]
    return Rule(
        name=f"marks: nothing {mark}",
        name_es=f"marks: nada {mark_es}",
        notes=notes,
        notes_es=notes_es,
        rows=f"select * from {{batch}} where list_contains(string_split(marks, ';'), '{mark}')",  # noqa: S608  # as above
    )


def _plain(bound: Bound) -> float | None:
    return bound if bound is None or isinstance(bound, int) else float(bound)
