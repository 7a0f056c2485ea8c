"""Defects that are really in the shipped data: a rule finds each, and docs/data-quality.md says how often."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from expectations.declarations import rules
from expectations.engine import opened
from tests.shipped import events
from transforms import engine as duck
from transforms import settle
from transforms.table import module

if TYPE_CHECKING:
    from collections.abc import Iterator

    from expectations.engine import Engine

PAGE = Path(__file__).parent.parent / "docs" / "data-quality.md"
LINE = re.compile(
    r"^\| .+ \| `(?P<source>\w+)` \| `(?P<table>\w+)`: (?P<rule>.+?) \| (?P<count>[\d,]+) \|$", re.MULTILINE
)

REAL = {
    ("reported_count", "us_bts"): {
        "marks: nothing repeated": 10,
        "marks: nothing conflicting": 1,
        "publishers keep their habit of printing zero rows": 12,
        "a post's name belongs to one post": 1,
        "the last year of every reporter has all its months": 1,
        "no post begins amid the series of its source": 14,
        "the last period has as many posts as the one before": 1,
    },
    ("reported_count", "iom"): {
        "columns stand where their documentation puts them": 43_431,
        "the nationality of people is known": 188 + 224,
        "own nationals are counted in every period or in none": 6,
        "every reporter of a source is there to its last period": 13,
        "every reporter of a source is there from its first period": 4,
        "the last year of every reporter has all its months": 15,
    },
    ("reported_trade", "fao"): {
        "exports report their mass": 7,
        "goods of value have mass": 10,
        "what one country reports of a flow, the other reports too": 13 + 14 + 9 + 3,
    },
    ("reported_trade", "us_transborder"): {
        "exports report their mass": 92_684,
        "goods of value have mass": 367,
        "the post of crossing is known": 46_432,
        "freight costs less than the goods": 180,
    },
    ("crossing", "ec_inec_esi"): {
        "columns keep their names": 1_000,
        "columns keep their order": 1_000,
        "months come as numbers": 3_000,
        "files come without a byte order mark": 3_000,
        "the class of admission is stated": 102,
        "the source holds every crossing": 3_000,
    },
}


@pytest.fixture(scope="module")
def engine() -> Iterator[Engine]:
    """Return an engine over a database of its own."""
    with duck.connect() as con, opened(con) as engine:
        yield engine


@pytest.mark.parametrize(("name", "publisher"), REAL)
def test_the_real_defects_of_the_shipped_data_are_found_as_warnings_and_nothing_else(
    engine: Engine, name: str, publisher: str
) -> None:
    """What the publishers' files really hold: duplicates, new habits, unreported mass, renamed columns.

    Every figure is one that the README of the data states or that follows from it; a warning must not stop
    the figures that are right.
    """
    settled = settle.whole(events(publisher), module(name).TABLE).collect()
    engine.con.register("settled", settled)
    engine.con.execute("create or replace table rows as select * from settled")
    verdicts = engine.judge("silver", name, "select * from rows", rules("silver", name))
    assert {v.rule: v.unexpected for v in verdicts if v.outcome != "passed"} == REAL[name, publisher]
    assert not any(verdict.stops for verdict in verdicts)


def test_the_page_of_defects_says_what_is_found() -> None:
    """A figure written beside a defect is read for years: the page lists every one, as often as the rules find it."""
    told = {
        (line["table"], line["source"], line["rule"]): int(line["count"].replace(",", ""))
        for line in LINE.finditer(PAGE.read_text(encoding="utf-8"))
        if (line["table"], line["source"]) in REAL
    }
    assert told == {(*where, rule): count for where, found in REAL.items() for rule, count in found.items()}
