"""One field of a contract as JSON Schema."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from streams.contract import TEXTS
from streams.judging import literal
from streams.judging.value import FILLERS

if TYPE_CHECKING:
    from puyango.settings import Settings
    from streams.contract import Contract, Field

Schema = dict[str, object]

CONTROL = "[\\u0000-\\u001f\\u007f]"
NUL = "\\u0000"
UNFILLED = "^(?:[nN][uU][lL][lL]|[nN]/[aA]|-|[sS\\u017f]/[nN])$"
TRIMMED = "^\\S(?:[\\s\\S]*\\S)?$"
DAY = f"^{literal.DAY}$"
INSTANT = f"^{literal.DAY}T{literal.CLOCK}(?:{literal.OFFSET})$"
UNKNOWN_OFFSET = f"{literal.UNKNOWN_OFFSET}$"
CHAR_BYTES = 4


def value(contract: Contract, field: Field, limits: Settings) -> Schema:
    """Return what may stand in ``field``, and what is to be known of it."""
    match field.kind:
        case "whole" | "decimal":
            form = _number(field)
        case "day":
            form = {"type": "string", "format": "date", "pattern": DAY, **_not([CONTROL], field)}
        case "instant":
            form = {"type": "string", "format": "date-time", "pattern": INSTANT}
            form |= _not([CONTROL, UNKNOWN_OFFSET], field)
        case _:
            form = _text(field, limits.text_bytes // CHAR_BYTES)
    return {"description": field.says, **form, **_notes(contract, field)}


def _number(field: Field) -> Schema:
    if field.kind == "whole":
        least = literal.LEAST_WHOLE if field.least is None else field.least
        return {
            "type": "integer",
            "minimum": least,
            "maximum": literal.MOST_WHOLE if field.most is None else field.most,
        }
    beyond = 10 ** (field.precision - field.scale)
    least_ = {"exclusiveMinimum": -beyond} if field.least is None else {"minimum": field.least}
    most = {"exclusiveMaximum": beyond} if field.most is None else {"maximum": field.most}
    return {"type": "number", **least_, **most, "x-precision": field.precision, "x-scale": field.scale}


def _text(field: Field, most: int) -> Schema:
    """Return the form of a text; four bytes a letter keep within the limit whatever the letters are."""
    if field.codes:
        codes = [code for code in field.codes if code not in field.fillers and code.casefold() not in FILLERS]
        return {"type": "string", "enum": codes}
    unwanted = [NUL] if field.kind == "text" else [CONTROL]
    if not field.pattern or any(re.fullmatch(field.pattern, filler, re.IGNORECASE) for filler in FILLERS):
        unwanted.append(UNFILLED)
    pattern = f"^(?:{field.pattern})$" if field.pattern else TRIMMED
    return {"type": "string", "maxLength": most, "pattern": pattern, **_not(unwanted, field)}


def _not(patterns: list[str], field: Field) -> Schema:
    forms: list[Schema] = [{"pattern": pattern} for pattern in patterns]
    if field.fillers:
        forms.append({"enum": list(field.fillers)})
    return {"not": forms[0] if len(forms) == 1 else {"anyOf": forms}}


def _notes(contract: Contract, field: Field) -> Schema:
    """Return what a producer must know and no validator checks."""
    notes = {
        "x-unit": field.unit,
        "x-reference": field.reference,
        "x-lands-as": field.lands_as,
        "x-personal": field.personal or ("sensitive" if field.sensitive else ""),
        "x-first-day": contract.first_day if field.kind == "day" and not field.personal else "",
        "x-kind": field.kind if field.kind in TEXTS else "",
    }
    return {name: note for name, note in notes.items() if note}
