"""The fast way reads instants and documents too: as far as the judge of rows agrees, and no further."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from puyango.settings import Settings
from streams import event
from streams.families import traveller_crossing, vehicle_passage
from streams.judging.document import modulus_10
from streams.judging.judge import Judge
from streams.judging.row import RowJudge
from streams.privacy.keys import Keyring
from streams.reading.log import Batch
from streams.reading.memory_log import APPENDED_MS, MemoryRecord

if TYPE_CHECKING:
    from pathlib import Path

    from streams.contract import Contract
    from streams.event import Value

CROSSING: dict[str, Value] = {
    "administration": "EC",
    "event_id": "1",
    "source": "register",
    "coverage": "full",
    "crossing_day": "2024-03-09",
    "crossed_at": "2024-03-09T15:00:00Z",
    "direction": "entry",
    "post": "huaquillas",
    "mode": "road",
    "nationality": "PE",
    "document_type": "passport",
    "document_country": "PE",
    "document_number": "XX000123",
}
PASSAGE: dict[str, Value] = {
    "administration": "EC",
    "event_id": "1",
    "passage_id": "p",
    "source": "gate",
    "post": "huaquillas",
    "direction": "PE-EC",
    "vehicle_class": "truck",
    "load": "loaded",
    "arrival_day": "2024-03-09",
    "arrived_at": "2024-03-09T15:00:00Z",
    "step": "released",
    "happened_at": "2024-03-09T17:30:00.25Z",
    "registration_type": "plate",
    "registration_country": "PE",
    "registration_number": "XX0001",
}
CEDULA = f"179999999{modulus_10('179999999')}"
"""Of a province, and with the third digit of no person."""
WRONG = f"179999999{(modulus_10('179999999') + 1) % 10}"

GOOD: list[dict[str, Value]] = [
    {},
    {"crossed_at": "2024-03-10T03:00:00Z"},
    {"crossed_at": "2024-03-10T05:30:00.123456Z", "post": "baltra-airport", "mode": "air"},
    {"crossed_at": "2024-03-09T23:59:59Z", "post": "new-post"},
    {"crossed_at": None},
    {"document_type": "dni", "document_number": "00000999"},
    {"document_type": "cedula", "document_country": "EC", "document_number": CEDULA},
    {"document_number": None},
    {"document_type": None, "document_country": None, "document_number": None},
]
BAD: list[dict[str, Value]] = [
    {"crossed_at": "2024-03-09T03:00:00Z"},
    {"crossed_at": "2024-03-10T05:30:00Z"},
    {"crossed_at": "2024-03-10T03:00:00Z", "post": "new-post"},
    {"crossed_at": "2924-03-09T15:00:00Z"},
    {"crossed_at": "2924-03-09T15:00:00Z", "crossing_day": "2924-03-09"},
    {"crossed_at": "1949-03-09T15:00:00Z", "crossing_day": "1949-03-09"},
    {"crossed_at": "2024-02-30T15:00:00Z"},
    {"crossed_at": "2024-03-09T24:00:00Z"},
    {"crossed_at": "2024-03-09T15:00:60Z"},
    {"crossed_at": "2024-03-09T15:00:00.1234567Z"},
    {"crossed_at": "2024-03-09 15:00:00Z"},
    {"document_type": "dni", "document_number": "999"},
    {"document_type": "dni", "document_number": "00000999", "document_country": "EC"},
    {"document_type": "dni", "document_number": "XX000999"},
    {"document_type": "cedula", "document_country": "EC", "document_number": WRONG},
    {"document_type": "cedula", "document_country": "EC", "document_number": "0" + CEDULA[1:]},
    {"document_type": "cedula", "document_country": "EC", "document_number": f"319999999{modulus_10('319999999')}"},
    {"document_type": "cedula", "document_country": "PE", "document_number": CEDULA},
    {"document_country": None},
    {"document_type": None},
    {"document_number": "xx000123"},
    {"document_number": "XX-000123"},
    {"document_number": "XX00"},
    {"document_number": "XX00012300000000"},
    {"document_number": ""},
    {"administration": "CO"},
]
PASSED: list[dict[str, Value]] = [
    {},
    {"arrived_at": None},
    {"happened_at": "2024-03-09T15:00:00Z"},
    {"direction": "XX-YY", "post": "new-post"},
    {"registration_number": "XX00"},
]
STUCK: list[dict[str, Value]] = [
    {"happened_at": "2024-03-09T14:59:59.999999Z"},
    {"happened_at": "2924-03-09T15:00:00Z"},
    {"happened_at": "1999-12-31T23:59:59Z", "arrived_at": None},
    {"direction": "EC-CO"},
    {"direction": "PE-PE"},
    {"registration_number": "NULL"},
    {"registration_number": "XX0"},
    {"registration_country": None},
]
EVENTS = [
    *((traveller_crossing.CONTRACT, {**CROSSING, **change}, True) for change in GOOD),
    *((traveller_crossing.CONTRACT, {**CROSSING, **change}, False) for change in BAD),
    *((vehicle_passage.CONTRACT, {**PASSAGE, **change}, True) for change in PASSED),
    *((vehicle_passage.CONTRACT, {**PASSAGE, **change}, False) for change in STUCK),
]


@pytest.fixture
def production(tmp_path: Path) -> Settings:
    """Return settings of a production that has keys of Ecuador and Peru."""
    keys = tmp_path / "keys"
    names = ("master.key", "pseudonym/EC-2000-01-01.key", "pseudonym/EC-2024-03-10.key", "pseudonym/PE-2000-01-01.key")
    for number, name in enumerate(names):
        path = keys / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(bytes([number + 1]) * 32)
        path.chmod(0o400)
    return Settings(home=tmp_path / "home", keys=keys, profile="production", kafka_security_protocol="SASL_SSL")


@pytest.mark.parametrize(("contract", "sent", "expected"), EVENTS)
def test_what_is_proven_lands_as_the_judge_lands_it_and_near_misses_are_not_proven(
    production: Settings, contract: Contract, sent: dict[str, Value], *, expected: bool
) -> None:
    """A wrong day on the post's clocks, a check digit, an issuer, an order, a route: each alone is seen.

    Kills: days in UTC, a horizon or an order forgotten, a cédula without its check digit, a key of another day.
    """
    record = MemoryRecord(0, APPENDED_MS, event.key(contract, sent), event.body(contract, sent))
    keyring = Keyring.open(production)
    judge = Judge(contract, production, keyring)
    (found,) = judge.stencil.read(judge.sheet(Batch(contract.topic, 0, 0, 1, [record]))).to_dicts()
    row = RowJudge(contract, production, keyring).judged(record)
    assert found.pop("proven") is expected
    if expected:
        assert (row.reasons, row.marks, row.withheld) == (None, None, {})
        assert found == {field.column: row.landed(field) for field in contract.fields}


def test_no_number_of_a_document_is_in_what_is_not_proven(production: Settings) -> None:
    """What goes to the judge of rows must not stand in the frame beside it, where an error would print it."""
    contract = traveller_crossing.CONTRACT
    sent = {**CROSSING, "document_country": None}
    judge = Judge(contract, production, Keyring.open(production))
    record = MemoryRecord(0, APPENDED_MS, None, event.body(contract, sent))
    found = judge.stencil.read(judge.sheet(Batch(contract.topic, 0, 0, 1, [record])))
    assert "XX000123" not in str(found.rows())
