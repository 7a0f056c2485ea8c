"""The rules written by hand: each passes good rows and bites on planted ones."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

import expectations.rules
import tests.planted
from expectations import conservation
from expectations.declarations import rules, written
from expectations.engine import opened
from puyango.members import members
from tests.planted.segments import FAMILY, SEGMENTS
from transforms import engine as duck

if TYPE_CHECKING:
    from collections.abc import Iterator

    from expectations.engine import Engine
    from expectations.rule import Rule
    from expectations.verdict import Verdict

PLANTED = list(members(tests.planted))
GOOD = {table: rows for module in PLANTED for table, rows in module.GOOD.items()}
SPOIL = {rule: change for module in PLANTED for rule, change in module.SPOIL.items()}
WRITTEN = [
    *((found.__name__.rpartition(".")[2], rule) for found in members(expectations.rules) for rule in found.RULES),
    *((FAMILY, rule) for rule in conservation.rules(FAMILY)),
]


@pytest.fixture(scope="module")
def engine() -> Iterator[Engine]:
    """Return an engine over a database of its own."""
    with duck.connect() as con, opened(con) as engine:
        yield engine


def judged(engine: Engine, table: str, *rules: Rule) -> list[Verdict]:
    return engine.judge("any", table, "select * from rows", rules)


@pytest.mark.parametrize("table", GOOD)
def test_good_rows_pass_every_rule_of_their_table(engine: Engine, table: str) -> None:
    """A rule that complains of good rows teaches people to look away."""
    engine.con.execute(GOOD[table])
    asked = [rule for name, rule in WRITTEN if name == table]
    assert [(v.rule, v.outcome) for v in judged(engine, table, *asked) if v.outcome != "passed"] == []


@pytest.mark.parametrize(("table", "rule"), WRITTEN, ids=[f"{table}: {rule.name}" for table, rule in WRITTEN])
def test_each_rule_bites_on_planted_rows(engine: Engine, table: str, rule: Rule) -> None:
    """A rule without a defect that it finds is not finished: add the defect to tests/planted."""
    engine.con.execute(GOOD[table])
    engine.con.execute(SPOIL[rule.name])
    (verdict,) = judged(engine, table, rule)
    assert (verdict.outcome, verdict.stops) == ("failed", rule.severity == "critical")


def test_no_rows_are_planted_for_a_rule_that_is_gone() -> None:
    """A defect that no rule looks for any more reads as if it were still found."""
    assert set(SPOIL) == {rule.name for _, rule in WRITTEN}


def test_a_lost_row_of_bronze_is_found_as_surely_as_a_doubled_one(engine: Engine) -> None:
    """Conservation counts both ways (I1)."""
    engine.con.execute(SEGMENTS)
    engine.con.execute(f"delete from bronze.{FAMILY} where value_hash = 7")
    failed = [v.rule for v in judged(engine, FAMILY, *conservation.rules(FAMILY)) if v.outcome == "failed"]
    assert failed == ["bronze: holds every good row of the segments once"]


def test_a_chain_that_bronze_has_and_the_ledger_has_not_is_found(engine: Engine) -> None:
    """Rows of a chain that nobody collected came from nowhere."""
    engine.con.execute(SEGMENTS)
    engine.con.execute(f"insert into bronze.{FAMILY} values ('other', 0, 1, 1)")
    failed = [v.rule for v in judged(engine, FAMILY, *conservation.rules(FAMILY)) if v.outcome == "failed"]
    assert failed == ["bronze: holds every good row of the segments once"]


def test_a_table_without_a_file_of_rules_has_only_those_it_declares() -> None:
    """Rules by hand are for what no declaration can say; most tables need none."""
    assert written("crossing_count") == ()
    assert {rule.name for rule in written("crossing")} <= {rule.name for rule in rules("silver", "crossing")}
