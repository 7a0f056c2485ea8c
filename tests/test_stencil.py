"""The fast way: what it recognises, and that one odd record costs the others nothing."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

import polars as pl
import pytest

import streams.families
from puyango.members import members
from puyango.settings import Settings
from streams.contract import Contract, Field
from streams.judging import literal
from streams.judging.judge import Judge
from streams.judging.proof import narrow
from streams.judging.stencil import Stencil, decoded, expression
from streams.privacy.keys import Keyring
from streams.reading.log import Batch, Chain
from streams.reading.memory_log import APPENDED_MS, MemoryRecord

if TYPE_CHECKING:
    from pathlib import Path

CONTRACTS: list[Contract] = [module.CONTRACT for module in members(streams.families)]
SMALL = Contract(
    name="small",
    version=1,
    says="One code, one number, one day.",
    source="none",
    licence="none",
    owner="tests",
    purpose="tests",
    thing=("post",),
    anchor="day",
    first_day="2000-01-01",
    retention_days=1,
    fields=(
        Field("post", "code", "A post.", pattern="[a-z]{2,8}"),
        Field("mass_kg", "decimal", "A mass.", unit="kg", required=False, scale=2, least=0),
        Field("day", "day", "Its day."),
    ),
)
GOOD = b'{"post":"macara","mass_kg":1.5,"day":"2026-03-01"}'


def proven(*values: bytes | None, key: bytes | None = b'["macara"]', settings: Settings | None = None) -> list[bool]:
    """Return which of ``values`` the stencil of the small contract waves through."""
    rows = pl.DataFrame(
        {"record_value": values, "record_key": [key] * len(values), "plain": [True] * len(values)},
        schema={"record_value": pl.Binary, "record_key": pl.Binary, "plain": pl.Boolean},
    ).with_columns(known_at=pl.datetime(2026, 3, 2, time_zone="UTC"))
    found: list[bool] = Stencil(SMALL, settings or Settings(), Keyring.passing()).read(rows)["proven"].to_list()
    return found


@pytest.mark.parametrize("contract", CONTRACTS, ids=lambda contract: contract.name)
def test_every_field_has_its_group(contract: Contract) -> None:
    """A family declared tomorrow takes the fast way without a line written for it."""
    seen = set(re.findall(r"\?P<(\w+)>", expression(contract)))
    assert seen == {field.name for field in contract.fields}


def test_the_canonical_bytes_are_waved_through_and_no_others() -> None:
    """Anything else is read by the parser that decides, however harmless it looks."""
    others = [
        GOOD.replace(b",", b", ", 1),
        GOOD + b" ",
        b"\xef\xbb\xbf" + GOOD,
        b'{"mass_kg":1.5,"post":"macara","day":"2026-03-01"}',
        GOOD.replace(b"macara", b"mac\\u0061ra"),
        GOOD[:-1] + b',"day":"2026-03-01"}',
        GOOD[:-1] + b',"x":1}',
        GOOD.replace(b"1.5", b"1.5e0"),
        GOOD.replace(b"1.5", b"01.5"),
        GOOD.replace(b"1.5", b"1.505"),
        GOOD.replace(b"1.5", b"-0.0"),
        GOOD.replace(b"1.5", b"null"),
        GOOD.replace(b"macara", b"null"),
        GOOD.replace(b"2026-03-01", b"2026-02-31"),
        GOOD.replace(b"2026-03-01", b"2026-03-04"),
        GOOD.replace(b"2026-03-01", b"1999-12-31"),
        b"\xff",
        b"",
        None,
    ]
    assert proven(GOOD, GOOD.replace(b'"mass_kg":1.5,', b""), *others) == [True, True, *[False] * len(others)]


@pytest.mark.parametrize("key", [b'["macara" ]', b"macara", b'["lalamor"]', b"\xff\xfe", b""])
def test_a_key_that_is_not_the_canonical_one_is_left_to_the_judge_of_rows(key: bytes) -> None:
    """Only a key that is absent or exactly the thing's array needs no thought."""
    assert proven(GOOD, key=key) == [False]
    assert proven(GOOD, key=None) == [True]


def test_limits_that_an_operator_lowers_hold_on_the_fast_way_too() -> None:
    """A limit that only the slow way knew would depend on how a producer writes its JSON."""
    assert proven(GOOD, settings=Settings(text_bytes=5)) == [False]
    assert proven(GOOD, settings=Settings(literal_chars=2)) == [False]
    assert proven(GOOD, settings=Settings(object_keys=2)) == [False]
    assert proven(GOOD, settings=Settings(object_keys=3)) == [True]


@pytest.mark.parametrize("limits", [{"header_key_bytes": 5}, {"headers_bytes": 8}])
def test_lowered_limits_of_headers_hold_for_canonical_records(tmp_path: Path, limits: dict[str, int]) -> None:
    """Every shipped record carries two headers, and would have been waved through."""
    headers = [("schema", SMALL.schema_header), ("origin", b"x")]
    record = MemoryRecord(0, APPENDED_MS, b'["macara"]', GOOD.replace(b"2026", b"2025"), headers)
    batch = Batch(SMALL.topic, 0, 0, 1, [record])
    for settings, reasons in ((Settings(keys=tmp_path), None), (Settings(keys=tmp_path, **limits), "too_large")):
        judge = Judge(SMALL, settings, Keyring.open(settings))
        assert judge.frame(Chain("c", "t", SMALL.topic), batch)["reasons"].to_list() == [reasons]


def test_one_record_that_is_not_utf_8_leaves_the_others_readable() -> None:
    """Polars raises for the whole column, even when asked not to (H21)."""
    assert decoded(pl.Series([b"a", b"\xff", None, "é".encode()])).to_list() == ["a", None, None, "é"]


@pytest.mark.parametrize(
    ("pattern", "expected"),
    [
        ("[A-Z]{2}|_U", True),
        ("([0-9]{2}){1,5}", True),
        (".+", False),
        ('[a"]', False),
        ("[^x]", False),
        (r"\w+", False),
    ],
)
def test_a_form_that_could_reach_beyond_its_quotes_is_checked_afterwards(pattern: str, *, expected: bool) -> None:
    """``.+`` inside the expression would swallow the next fields."""
    assert narrow(pattern) is expected


def test_forms_are_read_alike_by_the_two_engines_of_expressions() -> None:
    """A digit is one of ten characters, to Python and to Polars."""
    text = pl.Series(["2026-03-01", "\u0662026-03-01", "2026-03-01\n"])
    assert text.str.contains(f"^(?:{literal.DAY})$").to_list() == [True, False, False]
    assert [bool(re.fullmatch(literal.DAY, each)) for each in text] == [True, False, False]


def test_a_contract_without_optional_fields_is_one_line_of_its_fields() -> None:
    """The expression is the canonical form written out, so that a person can check it."""
    plain = replace(SMALL, fields=tuple(replace(field, required=True) for field in SMALL.fields))
    assert expression(plain) == (
        r'^\{"post":"(?P<post>[a-z]{2,8})","mass_kg":(?P<mass_kg>-?(?:0|[1-9][0-9]*)(?:\.[0-9]{1,2})?)'
        r',"day":"(?P<day>[0-9]{4}-[0-9]{2}-[0-9]{2})"\}$'
    )
