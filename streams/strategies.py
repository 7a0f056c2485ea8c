"""Hypothesis strategies derived from a contract: events that must land, unmarked but for lateness.

Imported by tests only; hypothesis is not there at run time. No number of a document names a person: DNIs come
from the unissued 00000001 to 00000999, cédulas have the third digit of no person, passports and plates begin XX000.
"""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING
from unicodedata import normalize
from zoneinfo import ZoneInfo

from hypothesis import strategies as st

from puyango import reference
from streams import event
from streams.judging import identifier, literal
from streams.judging.coherence import QUARTERS
from streams.judging.document import modulus_10
from streams.judging.horizon import appended
from streams.judging.value import FILLERS, folded
from streams.reading.memory_log import APPENDED_MS, MemoryRecord

if TYPE_CHECKING:
    from streams.contract import Contract, Field
    from streams.event import Value

LETTERS = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ áéíñü.'()"
LAST_DAY = appended(APPENDED_MS).date() - timedelta(days=1)
COUNTRIES = {"dni": "PE", "cedula": "EC", "passport": "XX", "plate": "XX"}


def values(contract: Contract, field: Field) -> st.SearchStrategy[Value]:
    """Return values that land unmarked in ``field``, whatever stands in the others."""
    drawn: st.SearchStrategy[Value]
    match field.kind:
        case "code" | "unit":
            codes = st.sampled_from(field.codes) if field.codes else _codes(field)
            drawn = codes.filter(lambda code: _plain(code) and code == folded(field, code))
        case "text":
            drawn = st.text(LETTERS, min_size=1, max_size=40).map(str.strip).filter(_harmless)
        case "whole":
            least = literal.LEAST_WHOLE if field.least is None else field.least
            drawn = st.integers(least, literal.MOST_WHOLE if field.most is None else field.most)
        case "decimal":
            drawn = _decimals(field)
        case _:
            drawn = st.dates(date.fromisoformat(contract.first_day), LAST_DAY).map(str)
    return drawn.filter(lambda value: str(value) not in field.fillers)


@st.composite
def events(draw: st.DrawFn, contract: Contract) -> dict[str, Value]:
    """Return events of the contract whose fields agree with one another."""
    drawn = {
        field.name: draw(values(contract, field))
        for field in contract.fields
        if field.kind not in ("instant", "document") and (field.required or draw(st.booleans()))
    }
    if contract.period:
        day = date.fromisoformat(str(drawn[contract.anchor]))
        drawn |= dict(zip((contract.period, contract.anchor), period(str(drawn["freq"]), day), strict=True))
    if contract.route and (routes := reference.routes(str(drawn.get("post")))):
        drawn[contract.route] = draw(st.sampled_from(routes))
    for name in dict.fromkeys(case.then for case in contract.cases):
        drawn |= draw(_agreeing(contract, contract[name], drawn))
    for field in contract.fields:
        if field.kind == "instant" and (field.required or draw(st.booleans())):
            drawn[field.name] = draw(_instants(drawn, contract.anchor))
        if field.kind == "document":
            drawn |= draw(_documents(contract, field.name.removesuffix("_number")))
    for first, then in contract.order:
        if first in drawn:
            drawn |= dict(zip((first, then), sorted((drawn[first], drawn[then]), key=_moment), strict=True))
    return drawn


@st.composite
def records(draw: st.DrawFn, contract: Contract, offset: int = 0) -> MemoryRecord:
    """Return records as ``puyango replay`` produces them."""
    return record(contract, draw(events(contract)), offset)


def record(contract: Contract, sent: dict[str, Value], offset: int = 0) -> MemoryRecord:
    """Return the canonical record of the event ``sent``."""
    headers = [("schema", contract.schema_header)]
    return MemoryRecord(offset, APPENDED_MS + offset, event.key(contract, sent), event.body(contract, sent), headers)


def period(freq: str, day: date) -> tuple[str, str]:
    """Return the period of that frequency in which ``day`` lies, and its first day."""
    quarter = f"Q{(day.month + 2) // 3}"
    year, month = f"{day:%Y}", f"{day:%Y-%m}"
    return {
        "A": (year, f"{year}-01-01"),
        "Q": (f"{year}-{quarter}", f"{year}-{QUARTERS[quarter]}-01"),
        "M": (month, f"{month}-01"),
        "D": (str(day), str(day)),
    }[freq]


def _codes(field: Field) -> st.SearchStrategy[str]:
    pattern = re.compile(field.pattern or "[A-Za-z0-9]{1,8}", re.ASCII)
    drawn = st.from_regex(pattern, fullmatch=True, alphabet=st.characters(codec="ascii"))
    if field.reference:
        listed = sorted(filter(pattern.fullmatch, reference.codes(field.reference)))
        drawn = drawn | st.sampled_from(listed) if listed else drawn
    return drawn


def _decimals(field: Field) -> st.SearchStrategy[Decimal]:
    bound = 10**field.precision - 1
    least = -bound if field.least is None else field.least * 10**field.scale
    most = bound if field.most is None else field.most * 10**field.scale
    return st.integers(least, most).map(lambda units: Decimal(f"{units}E-{field.scale}"))


@st.composite
def _instants(draw: st.DrawFn, drawn: dict[str, Value], anchor: str) -> str:
    """Return moments of the anchor day on the clocks of the post; of any clocks where it is not known."""
    local = datetime.combine(date.fromisoformat(str(drawn[anchor])), draw(st.times(time(3))))
    zone = reference.zone(str(drawn.get("post")))
    offset = draw(st.sampled_from(["Z", "-05:00", "-06:00", "+05:30"]))
    if not zone:
        return f"{local.isoformat()}{offset}"
    there = local.replace(tzinfo=ZoneInfo(zone))
    return there.astimezone(UTC).isoformat().replace("+00:00", "Z") if offset == "Z" else there.isoformat()


def _moment(sent: Value) -> datetime:
    return datetime.fromisoformat(str(sent))


@st.composite
def _agreeing(draw: st.DrawFn, contract: Contract, field: Field, drawn: dict[str, Value]) -> dict[str, Value]:
    """Return a value of ``field`` that the cases of what is ``drawn`` allow; none where it is absent and may be."""
    cases = [case for case in contract.cases if case.then == field.name and drawn.get(case.field) in case.among]
    if field.name not in drawn and not any(case.asks for case in cases):
        return {}
    lists = [case.codes for case in cases if case.codes]
    bounds = [(case.least, case.most) for case in cases]
    narrowed = replace(
        field,
        codes=tuple(code for code in field.codes if all(code in codes for codes in lists)),
        least=max((least for least, _ in (*bounds, (field.least, None)) if least is not None), default=None),
        most=min((most for _, most in (*bounds, (None, field.most)) if most is not None), default=None),
    )
    return {field.name: draw(values(contract, narrowed))}


@st.composite
def _documents(draw: st.DrawFn, contract: Contract, stem: str) -> dict[str, Value]:
    kind = draw(st.sampled_from([None, *contract[f"{stem}_type"].codes]))
    if kind is None:
        return {f"{stem}_type": None, f"{stem}_country": None}
    number = f"{draw(st.integers(1, 999)):08}" if kind == "dni" else f"XX000{draw(st.integers(0, 999)):03}"
    if kind == "cedula":
        number = f"{draw(st.sampled_from((*range(1, 25), 30))):02}9{draw(st.integers(0, 10**6 - 1)):06}"
        number += str(modulus_10(number))
    return {f"{stem}_type": kind, f"{stem}_country": COUNTRIES[kind], f"{stem}_number": number}


def _plain(code: str) -> bool:
    return code == normalize("NFC", code.strip()) and code.isprintable() and code.casefold() not in FILLERS


def _harmless(text: str) -> bool:
    return _plain(text) and not identifier.found(text)
