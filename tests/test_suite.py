"""The rules that follow from declarations: every table has them, good rows pass, and each one bites."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta
from functools import cache
from typing import TYPE_CHECKING

import polars as pl
import pytest
from hypothesis import Phase, find, settings
from hypothesis import strategies as st

from expectations.claims import MARKS
from expectations.declarations import LAYERS, declaration, tables
from expectations.engine import opened
from expectations.suite import COORDINATES, declared
from puyango import reference
from puyango.errors import UsageRefused
from streams import schema
from streams.contract import Contract, Field
from transforms import bronze
from transforms import engine as duck
from transforms.table import Table

if TYPE_CHECKING:
    from collections.abc import Iterator

    from polars._typing import PolarsDataType

    from expectations.engine import Engine
    from expectations.rule import Rule
    from expectations.verdict import Verdict
    from warehouse.header import Column, Header

DECLARED = [(layer, table) for layer in LAYERS for table in tables(layer)]
NOW = datetime(2026, 3, 1, tzinfo=UTC)
STRANGER = "!"

Row = dict[str, object]


@pytest.fixture(scope="module")
def engine() -> Iterator[Engine]:
    """Return an engine over a database of its own."""
    with duck.connect() as con, opened(con) as engine:
        yield engine


def judged(engine: Engine, layer: str, table: str, rows: list[Row]) -> list[Verdict]:
    """Return the verdicts of the derived rules on ``rows``."""
    thing = declaration(layer, table)
    frame = pl.DataFrame(rows, schema=columns(thing))
    engine.con.register("given", frame)
    engine.con.execute("create or replace table memory.main.rows as select * from given")
    return engine.judge(layer, table, "select * from rows", declared(thing))


def columns(thing: Contract | Table | Header) -> dict[str, PolarsDataType]:
    """Return the columns of a table and their types; those of gold follow from what its header says."""
    if isinstance(thing, Contract):
        return bronze.columns(thing)
    if isinstance(thing, Table):
        return schema.columns(thing.fields)
    return {column.name: gold_type(column) for column in thing.columns}


def gold_type(column: Column) -> PolarsDataType:
    if column.name == "period_first_day":
        return pl.Date()
    if column.name == "as_of":
        return schema.INSTANT
    return pl.Float64() if column.unit else pl.String()


def good_row(thing: Contract | Table | Header) -> Row:
    """Return one row that keeps every promise of its declaration."""
    if isinstance(thing, Contract):
        coordinates = {"chain": "c-t", "partition": 0, "offset": 7, "known_at": NOW, "anchor_day": NOW.date()}
        return {**{field.column: good(field) for field in thing.fields}, **coordinates, "value_hash": 1}
    if isinstance(thing, Table):
        return {**{field.column: good(field) for field in thing.fields}, "marks": None}
    return {column.name: good_figure(column) for column in thing.columns}


def good(field: Field) -> object:
    if field.personal == "year":
        return 1990
    if field.kind in ("whole", "decimal"):
        return min(max(field.least or 0, 0), 0 if field.most is None else field.most) or max(field.least or 0, 0)
    if field.kind in ("day", "instant"):
        return NOW.date() if field.kind == "day" else NOW
    if field.reference:
        return next(code for code in sorted(reference.codes(field.reference)) if re.fullmatch(field.pattern, code))
    return field.codes[0] if field.codes else written(field.pattern or "a")


@cache
def written(pattern: str) -> str:
    """Return some text of the form ``pattern``."""
    return find(st.from_regex(pattern, fullmatch=True), bool, settings=settings(phases=[Phase.generate], database=None))


def good_figure(column: Column) -> object:
    if column.name in ("period_first_day", "as_of"):
        return date(2026, 3, 1) if column.name == "period_first_day" else NOW
    if column.codes:
        return column.codes[0]
    return float(column.least if column.least is not None else column.most or 0) if column.unit else "x"


def spoilt(row: Row, rule: Rule) -> list[Row]:
    """Return rows that break ``rule``: ``row`` with one value changed, or twice where it must be unique."""
    column, _, claim = rule.name.partition(": ")
    if claim == "unique":
        return [row, row]
    if claim.startswith("on one "):
        return [row, {**row, claim.split()[2]: NOW.date() - timedelta(days=1)}]
    changed = {
        "present": None,
        "in its closed list": STRANGER,
        "has the form of its code": STRANGER,
        "within bounds": beyond(rule),
        **{f"nothing {mark}": f"late;{mark}" for mark in MARKS},
    }
    return [{**row, column: changed.get(claim, STRANGER)}]


def beyond(rule: Rule) -> float | None:
    least, most = rule.given.get("min_value"), rule.given.get("max_value")
    if isinstance(least, int | float):
        return least - 1
    return most + 1 if isinstance(most, int | float) else None


@pytest.mark.parametrize(("layer", "table"), DECLARED)
def test_a_row_that_keeps_the_declaration_passes(engine: Engine, layer: str, table: str) -> None:
    """A rule that stops good data is switched off by the first person on call."""
    verdicts = judged(engine, layer, table, [good_row(declaration(layer, table))])
    assert [(verdict.rule, verdict.outcome) for verdict in verdicts if verdict.outcome != "passed"] == []


@pytest.mark.parametrize(("layer", "table"), DECLARED)
def test_every_derived_rule_bites(engine: Engine, layer: str, table: str) -> None:
    """A check that cannot fail is decoration; a new family or indicator is covered the day it is declared."""
    thing = declaration(layer, table)
    row = good_row(thing)
    rows = [spoiled for rule in declared(thing) for spoiled in spoilt(row, rule)]
    verdicts = judged(engine, layer, table, rows)
    assert [(verdict.rule, verdict.outcome) for verdict in verdicts if verdict.outcome != "failed"] == []


@pytest.mark.parametrize(("layer", "table"), DECLARED)
def test_rules_of_a_table_have_names_of_their_own(layer: str, table: str) -> None:
    """Results come back in an order of their own and are matched by name."""
    names = [rule.name for rule in declared(declaration(layer, table))]
    assert sorted(set(names)) == sorted(names)


def test_what_makes_a_table_a_table_is_critical() -> None:
    """Two rows for one thing are wrong in every table, whatever the indicator says of its own checks."""
    unique = {(layer, table): declared(declaration(layer, table))[0] for layer, table in DECLARED}
    assert {rule.severity for rule in unique.values()} == {"critical"}
    assert unique["bronze", "crossing_count"].name == "chain, partition, offset: unique"
    assert unique["gold", "trade_product_hhi"].name.endswith("product_digits, valuation: unique")
    assert COORDINATES == ("chain", "partition", "offset")


def test_an_indicator_decides_how_severe_its_own_checks_are() -> None:
    """A concentration beyond its bounds is told, a trade value below zero stops."""
    severity = {
        (table, rule.name): rule.severity for table in tables("gold") for rule in declared(declaration("gold", table))
    }
    assert severity["trade_product_hhi", "trade_product_hhi: within bounds"] == "warning"
    assert severity["trade_product_hhi", "source: present"] == "critical"
    assert severity["trade_value_usd", "trade_value_usd: within bounds"] == "critical"


def test_a_code_that_lost_its_leading_zeros_stops_its_table(engine: Engine) -> None:
    """Port 0104 read as a number is 104 and joins to nothing: the defect is as old as spreadsheets (C2, CC4)."""
    row = good_row(declaration("silver", "reported_count"))
    rows: list[Row] = [{**row, "post": "0104"}, {**row, "post": "104"}]
    failed = [v for v in judged(engine, "silver", "reported_count", rows) if v.outcome == "failed" and v.stops]
    assert [(verdict.rule, verdict.unexpected) for verdict in failed] == [("post: has the form of its code", 1)]


def test_a_code_that_is_not_in_the_reference_yet_does_not_stop_anything(engine: Engine) -> None:
    """Reference data may be late: the row stays in the totals, not classified (TC9, TC10)."""
    row = good_row(declaration("silver", "crossing"))
    verdicts = judged(engine, "silver", "crossing", [{**row, "post": "paso-inventado", "nationality": "ZZ"}])
    failed = [verdict for verdict in verdicts if verdict.outcome == "failed"]
    assert [verdict.rule for verdict in failed] == ["post: listed in posts", "nationality: listed in countries"]
    assert not any(verdict.stops for verdict in failed)


@pytest.mark.parametrize(
    ("layer", "table", "hint"), [("silver", "reported_cuont", "reported_count"), ("led", "x", "bronze")]
)
def test_a_table_that_is_not_declared_is_refused_with_the_nearest(layer: str, table: str, hint: str) -> None:
    """A typing error on the command line must not read as nothing to complain about."""
    with pytest.raises(UsageRefused, match=hint):
        declaration(layer, table)
