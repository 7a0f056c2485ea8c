"""Judgement of one value by the kind of its field, whatever the rest of the row says."""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal
from functools import cache
from typing import TYPE_CHECKING, NamedTuple
from unicodedata import normalize

from streams.judging import identifier, literal
from streams.judging.json_text import Number

if TYPE_CHECKING:
    from collections.abc import Callable

    from puyango.settings import Settings
    from streams.contract import Field, Kind

Value = str | int | Decimal | date | literal.Instant | None

FILLERS = frozenset({"", "null", "n/a", "-", "s/n"})
CONTROL = re.compile(r"[\x00-\x1f\x7f]")


class Reading(NamedTuple):
    """What one field holds: a value, or the reasons why not; ``withheld`` may only be kept encrypted."""

    value: Value = None
    reasons: tuple[str, ...] = ()
    marks: tuple[str, ...] = ()
    withheld: object = None


def read(field: Field, sent: object, limits: Settings) -> Reading:
    """Return what ``field`` holds when ``sent`` stands in the body (None: absent or null)."""
    if sent is None:
        return Reading(reasons=_missing(field)) if field.required else Reading()
    plain = sent.literal if isinstance(sent, Number) else sent.strip() if isinstance(sent, str) else None
    if plain in field.fillers:
        return Reading(reasons=_missing(field)) if field.required else Reading(marks=("sentinel",))
    if isinstance(sent, str) and sent.strip().casefold() in FILLERS:
        return Reading(reasons=_missing(field))
    return READERS[field.kind](field, sent, limits)


def _missing(field: Field) -> tuple[str, ...]:
    return ("missing_required", "bad_unit") if field.kind == "unit" else ("missing_required",)


def _code(field: Field, sent: object, limits: Settings) -> Reading:
    if fault := _unfit(sent, limits):
        return Reading(reasons=(fault,))
    text = str(sent)
    if CONTROL.search(text):
        return Reading(reasons=("control_chars",))
    value = folded(field, normalize("NFC", text.strip()))
    marks = ("normalised",) if value != text else ()
    if fault := _misfit(field, value):
        return Reading(reasons=(fault, "personal_data") if identifier.found(value) else (fault,))
    return Reading(value, (), marks)


def folded(field: Field, text: str) -> str:
    """Return ``text`` in the case of ``field``; letters beyond ASCII stay, because some fold into ASCII ones."""
    if not field.fold_case or not text.isascii():
        return text
    return text.upper() if field.fold_case == "upper" else text.lower()


def _misfit(field: Field, value: str) -> str:
    if field.codes and value not in field.codes:
        return "bad_unit" if field.kind == "unit" else "unknown_code"
    return "bad_code" if field.pattern and not form(field.pattern).fullmatch(value) else ""


@cache
def form(pattern: str) -> re.Pattern[str]:
    """Return the written form of a code, compiled."""
    return re.compile(pattern)


def _text(_field: Field, sent: object, limits: Settings) -> Reading:
    if fault := _unfit(sent, limits):
        return Reading(reasons=(fault,))
    text = str(sent)
    if "\x00" in text:
        return Reading(reasons=("control_chars",))
    if identifier.found(text):
        return Reading(marks=("text_withheld",), withheld=text)
    value = normalize("NFC", text.strip())
    return Reading(value, (), ("normalised",) if value != text else ())


def _document(_field: Field, sent: object, limits: Settings) -> Reading:
    if fault := _unfit(sent, limits):
        return Reading(reasons=(fault,))
    return Reading(reasons=("control_chars",)) if CONTROL.search(str(sent)) else Reading(str(sent))


def _unfit(sent: object, limits: Settings) -> str:
    if not isinstance(sent, str):
        return "wrong_type"
    return "too_large" if len(sent.encode()) > limits.text_bytes else ""


def _measure(field: Field, sent: object, limits: Settings) -> Reading:
    if not isinstance(sent, Number):
        return Reading(reasons=("wrong_type",))
    number: int | Decimal | None
    if field.kind == "whole":
        number, faults = literal.whole(sent.literal, limits.literal_chars)
    else:
        number, faults = literal.decimal(sent.literal, limits.literal_chars, field.precision, field.scale)
    if number is None:
        return Reading(reasons=faults)
    if (field.least is not None and number < field.least) or (field.most is not None and number > field.most):
        return Reading(reasons=(field.beyond,))
    minus_zero = not number and sent.literal.startswith("-")
    return Reading(number, (), ("normalised",) if minus_zero else ())


def _moment(field: Field, sent: object, _limits: Settings) -> Reading:
    if not isinstance(sent, str):
        return Reading(reasons=("wrong_type",))
    if field.kind == "day":
        day, faults = literal.day(sent)
        return Reading(day, faults)
    moment, faults = literal.instant(sent)
    return Reading(moment, faults)


READERS: dict[Kind, Callable[[Field, object, Settings], Reading]] = {
    "code": _code,
    "unit": _code,
    "text": _text,
    "whole": _measure,
    "decimal": _measure,
    "day": _moment,
    "instant": _moment,
    "document": _document,
}
