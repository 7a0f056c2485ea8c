"""The strategies that other tests draw from: derived from a contract, and wide enough to find something."""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal
from functools import partial
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, Phase, find, given, settings
from hypothesis import strategies as st

import streams.families
from puyango.members import members
from streams import strategies

if TYPE_CHECKING:
    from collections.abc import Mapping

    from streams.contract import Contract

CONTRACTS: list[Contract] = [module.CONTRACT for module in members(streams.families)]
family = pytest.mark.parametrize("contract", CONTRACTS, ids=lambda contract: contract.name)
quick = settings(max_examples=50, deadline=None, suppress_health_check=list(HealthCheck), database=None)
rough = settings(quick, phases=[Phase.generate])


@family
@quick
@given(data=st.data())
def test_an_event_keeps_what_its_contract_states(contract: Contract, data: st.DataObject) -> None:
    """Judged without the judge: a strategy that draws bad events makes every test that uses it lie.

    Kills a strategy that ignores a list, a form, a bound, a scale or a filler.
    """
    event = data.draw(strategies.events(contract))
    assert event.keys() <= {field.name for field in contract.fields}
    for field in contract.fields:
        value = event.get(field.name)
        if value is None:
            assert not field.required
            continue
        assert str(value) not in field.fillers
        assert not field.codes or value in field.codes
        assert not field.pattern or re.fullmatch(field.pattern, str(value))
        if field.kind == "whole":
            assert isinstance(value, int)
            assert field.least is None or value >= field.least
            assert field.most is None or value <= field.most
        if field.kind == "decimal":
            assert isinstance(value, Decimal)
            assert round(value, field.scale) == value
        if field.kind == "day":
            assert date.fromisoformat(str(value)) <= strategies.LAST_DAY


def has(name: str, event: Mapping[str, object]) -> bool:
    """Say whether the event has the field."""
    return event.get(name) is not None


def lacks(name: str, event: Mapping[str, object]) -> bool:
    """Say whether the event does not have the field."""
    return not has(name, event)


@family
def test_every_code_and_every_absence_is_drawn(contract: Contract) -> None:
    """A list drawn in part would leave the rest of it untested."""
    for field in contract.fields:
        for code in field.codes:
            find(strategies.values(contract, field), code.__eq__, settings=quick)
        if not field.required:
            find(strategies.events(contract), partial(has, field.name), settings=rough)
            find(strategies.events(contract), partial(lacks, field.name), settings=rough)


@pytest.mark.parametrize(
    ("freq", "expected"),
    [
        ("A", ("2026", "2026-01-01")),
        ("Q", ("2026-Q2", "2026-04-01")),
        ("M", ("2026-06", "2026-06-01")),
        ("D", ("2026-06-30", "2026-06-30")),
    ],
)
def test_a_period_begins_on_its_first_day(freq: str, expected: tuple[str, str]) -> None:
    """The last day of a quarter still belongs to it."""
    assert strategies.period(freq, date(2026, 6, 30)) == expected
