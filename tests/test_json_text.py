"""The one parser: what it accepts, every parser reads alike."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import TYPE_CHECKING
from unicodedata import normalize

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pydantic_core import from_json

import streams.families
from puyango.members import members
from puyango.settings import Settings
from streams.judging import json_text
from streams.judging.json_text import Number, Unreadable
from tests import spellings

if TYPE_CHECKING:
    from streams.contract import Contract

DECODER = msgspec.json.Decoder(float_hook=Decimal)  # by itself it refuses 1e501, which is JSON beyond a double
CONTRACTS: list[Contract] = [module.CONTRACT for module in members(streams.families)]
PIECES = ["{", "}", "[", "]", ":", ",", '"a"', '"b"', '"\\u0061"', '"\\ud800"', '"\\ud83d\\ude00"', '"é"', '"e\\u0301"']
PIECES += ["1", "-0", "1.0", "1e5", "01", "NaN", "true", "null", " ", "\n", "\ufeff", '"', "\\", "/", "'"]


def plain(node: object) -> object:
    """Return ``node`` with names composed (NFC) and numbers as floats, so that trees of all parsers compare."""
    if isinstance(node, dict):
        return {normalize("NFC", name): plain(inner) for name, inner in node.items()}
    if isinstance(node, list):
        return [plain(inner) for inner in node]
    if isinstance(node, Number):
        return float(node.literal)
    return float(node) if isinstance(node, int | float | Decimal) and not isinstance(node, bool) else node


def check(value: bytes) -> None:
    """Compare the tree of ``value`` with that of two other parsers, where ours accepts it."""
    try:
        tree = json_text.tree(value, Settings())
    except Unreadable:
        return
    assert plain(tree) == plain(DECODER.decode(value)) == plain(from_json(value, allow_inf_nan=False))


@settings(max_examples=400, deadline=None)
@given(st.lists(st.sampled_from(PIECES), max_size=14).map("".join))
def test_what_is_accepted_is_the_same_tree_to_other_parsers(text: str) -> None:
    """If two parsers disagree on a row, one of them lands another number (H9).

    Kills a parser that keeps one of two equal names, takes NaN, half a surrogate pair, or text after the end.
    """
    check(text.encode())


def test_a_number_beyond_a_double_is_kept() -> None:
    """JSON has no largest number; what is refused for its size is refused by the field it stands in."""
    check(b'{"a":1e501}')


@pytest.mark.parametrize("contract", CONTRACTS, ids=lambda contract: contract.name)
@settings(max_examples=50, deadline=None, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_damaged_events_are_the_same_tree_to_other_parsers_or_none(contract: Contract, data: st.DataObject) -> None:
    """The same, from bytes that were an event before something bit them."""
    check(data.draw(spellings.damaged(contract)).value or b"")


@given(st.recursive(st.text() | st.booleans() | st.none(), lambda inner: st.dictionaries(st.text(), inner, max_size=3)))
def test_undeclared_fields_are_written_as_they_were_read(value: object) -> None:
    """What is sealed beside a row must still be what was sent. Kills a writer that loses an escape."""
    assert json.loads(json_text.written({"x": value})) == {"x": value}


def test_numbers_are_written_digit_by_digit() -> None:
    """3.50 is not 3.5 to whoever counts significant digits."""
    sent = b'{"a":3.50,"b":[1e3,-0],"c":12345678901234567890.10}'
    assert json_text.written(json_text.body(sent, Settings()).fields) == sent
