"""Every stated input has its stated outcome."""

from __future__ import annotations

import json
import random
import tomllib
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

import streams.families
from puyango.members import members
from puyango.settings import Settings
from streams.judging.judge import Judge
from streams.privacy.keys import Keyring
from streams.reading.log import Batch, Chain
from streams.reading.memory_log import MemoryRecord

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from streams.contract import Contract

FOLDER = Path(__file__).parent / "corpus"
CONTRACTS: dict[str, Contract] = {module.CONTRACT.name: module.CONTRACT for module in members(streams.families)}
LINES = [
    (name, line)
    for file in sorted(FOLDER.glob("*.toml"))
    for line in tomllib.loads(file.read_text(encoding="utf-8"))["line"]
    for name in ([line["family"]] if "family" in line else sorted(CONTRACTS))
]
BODIES: dict[str, Callable[[str], str | bytes]] = {
    "random_bytes": lambda _: random.Random(4).randbytes(1024),  # noqa: S311 (noise, no secret)
    "deep_in_a_field": lambda body: added(body, {"remarks": "[" * 1000 + "]" * 1000}),
    "deep_without_end": lambda _: '{"a":' * 100_000,
    "a_million_keys": lambda _: "{" + ",".join(f'"{n}":0' for n in range(1_000_000)) + "}",
    "a_thousand_keys": lambda body: added(body, {"remarks": "{" + ",".join(f'"{n}":0' for n in range(1000)) + "}"}),
    "ten_megabytes": lambda body: added(body, {"remarks": f'"{"x" * 10_000_000}"'}),
    "five_kilobytes_of_name": lambda body: added(body, {"post_name": f'"{"x" * 5_000}"'}),
    "three_undeclared_fields": lambda body: added(body, dict.fromkeys("xyz", f'"{"v" * 100}"')),
    "seventeen_undeclared_fields": lambda body: added(body, {f"x{n}": "1" for n in range(17)}),
    "five_undeclared_kilobytes": lambda body: added(body, {"x": f'"{"v" * 5_000}"'}),
    "five_thousand_digits": lambda body: added(body, {"reported_count": "9" * 5_000}),
}
LONGEST = 100_000  # a longer value is cut, and then has no key
HEADERS: dict[str, list[tuple[str, bytes]]] = {
    "ten_thousand": [("", b"")] * 10_000,
    "long_key": [("k" * 257, b"")],
}


class Literal(str):
    """A number of a body as it is written."""

    __slots__ = ()


def added(body: str, fields: dict[str, str], without: Sequence[str] = ()) -> str:
    """Return ``body`` with members replaced, left out or put at the end, each value a JSON text."""
    parsed = json.loads(body, parse_int=Literal, parse_float=Literal)
    texts = {name: value if isinstance(value, Literal) else json.dumps(value) for name, value in parsed.items()}
    kept = {name: text for name, text in (texts | fields).items() if name not in without}
    return "{" + ",".join(f"{json.dumps(name)}:{text}" for name, text in kept.items()) + "}"


def value(family: str, line: dict[str, Any]) -> bytes | None:
    """Return the value that ``line`` describes."""
    body = (FOLDER / f"{family}.json").read_text(encoding="utf-8").strip()
    if "hex" in line or "absent" in line:
        return bytes.fromhex(line["hex"]) if "hex" in line else None
    if "generated" in line:
        made = BODIES[line["generated"]](body)
        return made if isinstance(made, bytes) else made.encode()
    changed = added(body, line.get("with", {}), line.get("without", ()))
    text: str = line.get("before", "") + line.get("text", changed) + line.get("after", "")
    return text.encode()


def key(contract: Contract, line: dict[str, Any], sent: bytes | None) -> bytes:
    """Return the key that ``line`` describes, or the one that belongs to the body as far as it can be read."""
    if "key_text" in line or "key_hex" in line:
        return line["key_text"].encode() if "key_text" in line else bytes.fromhex(line["key_hex"])
    try:
        body = json.loads((sent or b"")[:LONGEST].decode("utf-8-sig"))
    except (ValueError, RecursionError):
        body = None
    things = [body.get(name) for name in contract.thing] if isinstance(body, dict) else []
    return json.dumps(things, ensure_ascii=False).encode(errors="replace") if things else b""


def record(contract: Contract, line: dict[str, Any]) -> MemoryRecord:
    """Return the record that ``line`` describes."""
    sent = value(contract.name, line)
    stated = [(name, text.encode()) for name, text in line.get("headers", [("schema", f"{contract.name}/1")])]
    headers = HEADERS[line["generated_headers"]] if "generated_headers" in line else stated
    known_at = datetime.fromisoformat(line.get("known_at", "2026-03-02T00:00:00Z"))
    return MemoryRecord(7, round(known_at.timestamp() * 1000), key(contract, line, sent), sent, headers)


@pytest.fixture(scope="module")
def judges(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Judge]:
    """Return a judge of each family, with the demo's keys."""
    settings = Settings(keys=tmp_path_factory.mktemp("keys"))
    return {name: Judge(contract, settings, Keyring.open(settings)) for name, contract in CONTRACTS.items()}


@pytest.mark.parametrize(("family", "line"), LINES, ids=[f"{line['id']}-{family}" for family, line in LINES])
def test_each_line_of_the_corpus_has_its_stated_outcome(
    family: str, line: dict[str, Any], judges: dict[str, Judge]
) -> None:
    """A producer is told exactly what was wrong, and nothing readable is refused."""
    contract = CONTRACTS[family]
    sent = record(contract, line)
    batch = Batch(contract.topic, 0, 7, 8, [sent])
    row = judges[family].frame(Chain("c", "t", contract.topic), batch).row(0, named=True)
    assert (row["reasons"] or "").split(";") == line.get("refused", [""])
    assert (row["marks"] or "").split(";") == line.get("marks", [""])
    for name, text in line.get("lands", {}).items():
        assert ("" if row[name] is None else str(row[name])) == text
    assert (row["anchor_day"] is None) == ("refused" in line)
