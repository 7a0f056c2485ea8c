"""What producers are told: the schema says what the judge says, as far as a schema can."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from decimal import Decimal
from functools import cache
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import settings as bounded
from hypothesis import strategies as st
from jsonschema import Draft202012Validator  # type: ignore[import-untyped]  # it ships no types

import streams.families
from puyango.members import members
from puyango.settings import Settings
from streams import event, strategies
from streams.exchange.example import example
from streams.exchange.schema import schema
from streams.families import traveller_crossing
from streams.judging.trial import Trial
from streams.offers.fault import faults
from tests.spellings import poison

if TYPE_CHECKING:
    from streams.contract import Contract

CONTRACTS = [module.CONTRACT for module in members(streams.families)]
NOW = datetime(2026, 11, 24, tzinfo=UTC)
SHAPES = {
    "not_object",
    "missing_required",
    "wrong_type",
    "unknown_type",
    "undeclared_fields",
    "bad_unit",
    "unknown_code",
    "control_chars",
    "too_large",
    "bad_zone",
}
"""Reasons that are about the shape of a body. A ``bad_code`` of a number of a document depends on its kind, and a
``bad_date`` may be one that stands in the calendar of no country."""


@cache
def validator(contract: Contract) -> Any:  # noqa: ANN401 (the library has no types)
    told = schema(contract, Settings())
    Draft202012Validator.check_schema(told)
    return Draft202012Validator(told, format_checker=Draft202012Validator.FORMAT_CHECKER)


@cache
def trial(contract: Contract) -> Trial:
    return Trial(contract, Settings(), NOW)


def accepted(contract: Contract, body: bytes) -> bool:
    """Say whether the schema accepts ``body``, read without loss."""
    return bool(validator(contract).is_valid(json.loads(body, parse_float=Decimal)))


def refused(contract: Contract, body: bytes) -> set[tuple[str, str]]:
    """Return the reasons for which the judge refuses ``body``, with their fields."""
    found = trial(contract).findings(None, [body])
    return {(fault.reason, fault.field) for _, row in found for fault in faults(row, columns=False)}


@pytest.mark.parametrize("contract", CONTRACTS, ids=lambda contract: contract.name)
@bounded(deadline=None, max_examples=25)
@given(data=st.data())
def test_the_schema_accepts_every_good_event(contract: Contract, data: st.DataObject) -> None:
    """A producer who validates before sending must not hold back what would land."""
    assert accepted(contract, event.body(contract, data.draw(strategies.events(contract))))


@pytest.mark.parametrize("contract", CONTRACTS, ids=lambda contract: contract.name)
@bounded(deadline=None, max_examples=80)
@given(data=st.data())
def test_the_schema_accepts_no_shape_that_the_judge_refuses(contract: Contract, data: st.DataObject) -> None:
    """What passes at the producer and is refused at the border post's ministry is found days later."""
    sent: dict[str, object] = dict(data.draw(strategies.events(contract)))
    field = data.draw(st.sampled_from(contract.fields))
    others: list[object] = [True, [], {}, "", " ", "NULL", "-", "\u017f/n", "x\n", "x\x00", 0, -1, 10**30, "x" * 5_000]
    damage = data.draw(st.sampled_from([*others, *poison(field, data.draw(strategies.values(contract, field)))]))
    sent[data.draw(st.sampled_from([field.name, field.name, field.name, "other"]))] = damage
    body = json.dumps({name: _plain(value) for name, value in sent.items() if value is not None}).encode()
    reasons = refused(contract, body)
    if any(reason in SHAPES or (reason == "bad_code" and _coded(contract, where)) for reason, where in reasons):
        assert not accepted(contract, body)


def _coded(contract: Contract, name: str) -> bool:
    return contract[name].kind in ("code", "unit")


def _plain(value: object) -> object:
    return (int(value) if value == int(value) else float(value)) if isinstance(value, Decimal) else value


@pytest.mark.parametrize("contract", CONTRACTS, ids=lambda contract: contract.name)
def test_the_schema_refuses_most_of_what_the_judge_refuses(contract: Contract) -> None:
    """Dates of the future and decimals beyond the scale are the judge's alone; the rest a producer hears at home."""
    good = {name: _plain(value) for name, value in example(contract).items()}
    bodies = [
        json.dumps({**good, field.name: _plain(value)}).encode()
        for field in contract.fields
        for value in poison(field, example(contract).get(field.name))
        if value is not None
    ]
    faulty = [body for body in bodies if refused(contract, body)]
    missed = [body for body in faulty if accepted(contract, body)]
    assert len(faulty) > 100
    assert len(missed) * 10 < len(faulty)


@pytest.mark.parametrize("contract", CONTRACTS, ids=lambda contract: contract.name)
def test_the_example_is_an_event_that_lands(contract: Contract) -> None:
    """An example is what is copied first; one that is refused costs a day."""
    told = schema(contract, Settings())
    for shown in told.get("examples", []):  # type: ignore[attr-defined]  # a list, where it is there
        body = event.body(contract, shown)
        assert refused(contract, body) == set()
        assert accepted(contract, body)


def test_the_schema_says_where_and_how_to_send() -> None:
    """A record under another key lies in another partition, and order is lost."""
    told = schema(traveller_crossing.CONTRACT, Settings())
    assert told["x-topic"] == "puyango.traveller_crossing.v1"
    assert told["x-headers"] == {"schema": "traveller_crossing/1"}
    key: Any = told["x-key"]
    assert key["fields"] == ["administration", "event_id"]
    assert json.loads(key["example"]) == [told["examples"][0][name] for name in key["fields"]]  # type: ignore[index]
    assert told["dependentRequired"] == {"document_number": ["document_type", "document_country"]}
    number: Any = told["properties"]["document_number"]  # type: ignore[index]
    assert (number["x-lands-as"], number["x-personal"]) == ("traveller_token", "pseudonym")
