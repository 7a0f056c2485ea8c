"""What is wrong with one row of an offered file, told so that whoever wrote it can mend it."""

from __future__ import annotations

import difflib
import re
from typing import TYPE_CHECKING, NamedTuple

from streams.judging import identifier, json_text
from streams.judging.json_text import Number
from streams.judging.reason import REASONS
from streams.offers.offered import sent

if TYPE_CHECKING:
    from collections.abc import Iterator

    from puyango.settings import Settings
    from streams.contract import Contract, Field
    from streams.judging.judgement import Judgement
    from streams.offers.offered import Offered

SHOWN_CHARS = 60
DAY = re.compile(r"\d{1,4}([-/. ])\d{1,2}\1\d{1,4}(?:[ T]\d{1,2}(?::\d{2}){1,2})?")
CELLS = {
    "wrong_type": "Write a plain number: digits and a decimal point, no separators, units or leading zeros.",
    "bad_code": "Keep leading zeros and the exact length: export the column as text.",
}


class Fault(NamedTuple):
    """One reason for which one row is refused; ``field`` is blank where it is about the row."""

    reason: str
    field: str
    remedy: str


def faults(row: Judgement, *, columns: bool) -> Iterator[Fault]:
    """Yield the reasons for which ``row`` is refused; cells of ``columns`` are mended in their own way."""
    for item in (row.reasons or "").split(";"):
        reason, _, field = item.partition("@")
        if reason:
            remedy = CELLS.get(reason) if columns and field else None
            yield Fault(reason, field, remedy or REASONS[reason])


def undeclared(contract: Contract, row: Judgement) -> Fault | None:
    """Return the fault of a row with a field that the contract does not know; None where there is none."""
    names = [field.name for field in contract.fields]
    extra = sorted(row.withheld.keys() - set(names))
    if not extra:
        return None
    near = difflib.get_close_matches(extra[0].lower(), names, n=1, cutoff=0.5)
    hint = f"; the nearest is {near[0]}" if near else ""
    return Fault("undeclared_fields", shown(extra[0]), f"It is no field of {contract.name}{hint}. Leave it out.")


def told(contract: Contract, part: Offered, index: int, fault: Fault, limits: Settings) -> str:
    """Return where the fault is and what stands there, unless that may be about a person."""
    if not fault.field:
        return f"{part.place(index)} is refused: {fault.reason}"
    kind = "column" if part.columns else "field"
    stands = standing(contract, part, index, fault, limits)
    return f"{part.place(index)}, {kind} {fault.field}{f': {stands}' if stands else ''} is refused: {fault.reason}"


def standing(contract: Contract, part: Offered, index: int, fault: Fault, limits: Settings) -> str:
    """Return what stands where the fault is, as it may be shown; blank where the fault is about the row."""
    field = next((field for field in contract.fields if field.name == fault.field), None)
    return safe(field, sent(part.bodies[index], limits).get(field.name)) if field else ""


def safe(field: Field, value: object) -> str:
    """Return ``value`` as it may be shown."""
    if value is None:
        return "(nothing)"
    text = value if isinstance(value, str) else value.literal if isinstance(value, Number) else _json(value)
    if field.personal or field.sensitive or field.kind == "document" or _identifies(text):
        return "(not shown)"
    return f"'{shown(text)}'" if isinstance(value, str) else shown(text)


def shown(text: str) -> str:
    """Return the beginning of ``text``, what a terminal would obey escaped."""
    cut = text if len(text) <= SHOWN_CHARS else f"{text[:SHOWN_CHARS]}…"
    return "".join(sign if sign.isprintable() else sign.encode("unicode_escape").decode() for sign in cut)


def _identifies(text: str) -> bool:
    """Say whether ``text`` has the form of an identifier, which a day, however written, has not."""
    return identifier.found(text) and not DAY.fullmatch(text)


def _json(value: object) -> str:
    return json_text.written({"": value}).decode()[4:-1]
