"""Events as hostile or careless producers spell them: other JSON of the same meaning, near misses, damage."""

from __future__ import annotations

import json
from dataclasses import replace
from decimal import Decimal
from typing import TYPE_CHECKING

from hypothesis import strategies as st

from streams import strategies
from streams.contract import MEASURES
from streams.reading.memory_log import APPENDED_MS, MemoryRecord

if TYPE_CHECKING:
    from streams.contract import Contract, Field
    from streams.event import Value

BLANK = st.text(" \t\r\n", max_size=2)
KEYS = [b"", b"\xff\xfe", b"D-1", b"[]", b"[[[", b'["\\ud800"]']
HEADERS: list[list[tuple[str, bytes | None]]] = [[], [("schema", None)], [("schema", b"x/1")], [("a", b"x" * 20_000)]]
DAMAGES = [b"", b"{", b"\\", b'"', b",", b"\xff"]
TEXTS = "| |NULL|n/a|-|s/n|\u017f/n| x|x |pe|Pe|\u0131t|é|e\u0301|a\tb|a\x00b|00000042|a@b.c|tel. 0 9 9 9 9 9 9|null"
TEXTS += '|a.b|a"b|a\\b|104|_Z|lb|\uff21\uff22|À|ž|²²²²²²²²|SIX|six|ß|-1|1'
DAYS = "2026-02-31 0000-01-01 0001-01-01 1899-12-31 1949-12-31 2025-10-08 2025-10-10 2025-10-11 9999-12-31 2025-1-01"
DAYS += " 20250101 1800-01-01 2025-02-29 2024-02-29 1900-01-01 1700-06-01"
PERIODS = "2025 2025-Q1 2025-Q5 2025-13 2025-01 2025-01-01 2025-02-30 2025-1 0000 9999-12"
NUMBERS = (
    "-0 -0.0 -0.00 1.005 1.50 1.500 1E+3 0 -1 120 121 9223372036854775807 9223372036854775808 -9223372036854775808"
)
NUMBERS += f" {10**15} {10**16 - 1} {10**16} {10**37} {10**39} 0.0001 -0.001"


@st.composite
def near_misses(draw: st.DrawFn, contract: Contract) -> list[MemoryRecord]:
    """Return records in canonical bytes, each of the same event but for one field, the key or the headers."""
    sent = draw(strategies.events(contract))
    poisons = {field.name: draw(st.sampled_from(poison(field, sent.get(field.name)))) for field in contract.fields}
    spoilt = [strategies.record(contract, {**sent, name: value}) for name, value in poisons.items()]
    whole = strategies.record(contract, sent)
    return [
        *spoilt,
        replace(whole, key=draw(st.sampled_from([None, *KEYS, *(record.key for record in spoilt)]))),
        replace(whole, headers=draw(st.sampled_from(HEADERS))),
    ]


def poison(field: Field, sent: Value) -> list[Value]:
    """Return values that ``field`` might just refuse, or accept under another name."""
    values: list[Value] = [None, "", *field.fillers, *map(Decimal, filter(str.isdigit, field.fillers))]
    if field.kind in MEASURES:
        bounds = (field.least, field.most)
        values += [bound + step for bound in bounds if bound is not None for step in (-1, 0, 1)]
        return values + [Decimal(number) for number in NUMBERS.split()]
    if field.kind in ("day", "instant"):
        return [*values, *DAYS.split(), *(f"{day}T23:30:00-05:00" for day in DAYS.split())]
    text = str(sent or "x")
    values += [text.swapcase(), text.lower(), f" {text}", f"{text} ", text[1:], text * 2]
    return [*values, *["x" * 5000] * 4, *TEXTS.split("|"), *PERIODS.split(), "A", "Q", "M", "D"]


@st.composite
def respelled(draw: st.DrawFn, contract: Contract, record: MemoryRecord) -> MemoryRecord:
    """Return the record with its body in other JSON of the same meaning: order, blanks, escapes, zeros."""
    members = json.loads(record.value or b"", parse_int=Decimal, parse_float=Decimal)
    scales = {field.name: field.scale for field in contract.fields if field.kind == "decimal"}
    items = [
        draw(BLANK) + draw(_texts(name)) + draw(BLANK) + ":" + draw(BLANK) + draw(_values(value, scales.get(name, -1)))
        for name, value in draw(st.permutations(list(members.items())))
    ]
    body = draw(BLANK) + "{" + ",".join(items) + draw(BLANK) + "}" + draw(BLANK)
    return MemoryRecord(record.offset, record.timestamp, record.key, body.encode(), record.headers)


@st.composite
def damaged(draw: st.DrawFn, contract: Contract) -> MemoryRecord:
    """Return records with bytes flipped, cut, repeated or put in anywhere, under any key and headers."""
    record = draw(strategies.records(contract))
    value = bytearray(record.value or b"")
    for _ in range(draw(st.integers(1, 3))):
        place = draw(st.integers(0, len(value)))
        until = draw(st.integers(place, min(len(value), place + 40)))
        twice = bytes(value[place:until]) * 2
        value[place:until] = draw(st.sampled_from([*DAMAGES, twice]) | st.binary(max_size=4))
    key = draw(st.sampled_from([None, *KEYS, record.key]))
    headers = draw(st.sampled_from([record.headers, *HEADERS]))
    return MemoryRecord(0, APPENDED_MS, key, draw(st.sampled_from([None, bytes(value), bytes(value)])), headers)


@st.composite
def _texts(draw: st.DrawFn, text: str) -> str:
    escaped = draw(st.sets(st.sampled_from(sorted(set(text))))) if text else set()
    return (
        '"' + "".join(f"\\u{ord(c):04x}" if c in escaped and c <= "\uffff" else json.dumps(c)[1:-1] for c in text) + '"'
    )


@st.composite
def _values(draw: st.DrawFn, value: str | Decimal, scale: int) -> str:
    if isinstance(value, str):
        return draw(_texts(value))
    zeros = "0" * draw(st.integers(0, 3)) if scale >= 0 else ""
    return f"{value}{zeros}" if "." in str(value) else f"{value}.{zeros}" if zeros else str(value)
