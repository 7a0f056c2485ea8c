"""Contracts: plain data that must not contradict itself."""

from __future__ import annotations

import sys
from dataclasses import replace
from subprocess import run

import pytest

import streams.families
from puyango.errors import ConfigRefused
from puyango.members import members
from streams.contract import Case, Contract, Field

CONTRACTS: list[Contract] = [module.CONTRACT for module in members(streams.families)]
NAMES = [contract.name for contract in CONTRACTS]
COUNTS = CONTRACTS[NAMES.index("crossing_count")]


def test_the_first_families_are_found_by_lying_in_their_folder() -> None:
    """A list that somebody has to edit would be forgotten."""
    assert {"crossing_count", "trade_report", "traveller_crossing"} <= set(NAMES)
    assert sorted(NAMES) == NAMES


@pytest.mark.parametrize("contract", CONTRACTS, ids=NAMES)
def test_a_contract_has_the_name_of_its_file_and_a_meaning_for_each_field(contract: Contract) -> None:
    """Topic, tables and pages are named after the file; a field without a sentence is not understood later."""
    assert f"puyango.{contract.name}.v{contract.version}" == contract.topic
    assert all(field.says.endswith(".") for field in contract.fields)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"name": "mass_kg", "kind": "decimal"}, "field mass_kg is a measure without a unit"),
        ({"name": "source", "kind": "code"}, "field source is declared twice"),
        ({"name": "passport", "kind": "document"}, "field passport is personal and has no treatment"),
    ],
)
def test_a_field_that_contradicts_the_rules_is_refused_naming_file_and_field(
    change: dict[str, str], message: str
) -> None:
    """FAULTS O21, PV4: such a contract must not reach a topic."""
    contract = COUNTS
    extra = Field(change["name"], change["kind"], "A field.")  # type: ignore[arg-type] # kinds are Literal
    with pytest.raises(ConfigRefused, match=rf"families/crossing_count\.py: {message}"):
        replace(contract, fields=(*contract.fields, extra))


@pytest.mark.parametrize("name", ["thing", "anchor", "edition", "route", "order", "cases"])
def test_a_key_that_is_not_a_field_is_refused(name: str) -> None:
    """A key named in vain would make every row its own thing."""
    known = {"thing": ("nosuch",), "order": (("source", "nosuch"),), "cases": (Case("source", ("x",), "nosuch"),)}
    value = known.get(name, "nosuch")
    with pytest.raises(ConfigRefused, match="field nosuch is named by the contract but not declared"):
        replace(COUNTS, **{name: value})  # type: ignore[arg-type] # one of six fields


def test_reading_every_contract_loads_no_engine() -> None:
    """A scheduler parses contracts every 30 s; an engine at import would cost seconds each time."""
    code = (
        "import sys, streams.families, puyango.members as m; m.members(streams.families);"
        "print([e for e in ('polars', 'duckdb', 'pyarrow', 'great_expectations', 'kafka') if e in sys.modules])"
    )
    assert run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.strip() == "[]"
