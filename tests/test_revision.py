"""What changed between two vintages, and why: parts that add up, each with its reason."""

from __future__ import annotations

import json
import shutil
from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING

import polars as pl
import pytest

from puyango.errors import InputUnfit
from puyango.settings import Settings
from streams.families.trade_report import CONTRACT as TRADE
from tests.landed import count
from tests.published import asked, bring, line, published, refine
from transforms import lake
from transforms.table import module
from warehouse import archive, changes, entry, publish, register
from warehouse.events import Change
from warehouse.waterfall import Course

if TYPE_CHECKING:
    from pathlib import Path

JUNE, JULY, NEXT_JUNE = date(2019, 6, 1), date(2019, 7, 1), date(2020, 6, 1)
JANUARY = date(2022, 1, 1)
FACTS = "select old, new, reason, part from revision where indicator = ? and measure = indicator order by grain, reason"


@pytest.fixture(scope="module")
def calm(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a home with one vintage."""
    settings = Settings(home=tmp_path_factory.mktemp("calm") / "home")
    published(settings, [count("2606", JUNE, 100), count("2304", JUNE, 50), count("2606", NEXT_JUNE, 150)])
    return settings.home


@pytest.fixture(scope="module")
def wrong(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a home whose vintage shows 90 where its events say 100, as if another program had built it."""
    settings = Settings(home=tmp_path_factory.mktemp("wrong") / "home")
    bring(settings, [count("2606", JUNE, 100), count("2304", JULY, 5)])
    with lake.committing(settings, "test: a wrong figure") as con:
        con.execute("update gold.vehicle_reported_count set vehicle_reported_count = 90 where post = '2606'")
    publish.publish(settings)
    with lake.committing(settings, "test: to be built again") as con:
        con.execute("delete from ops.built_period where indicator = 'vehicle_reported_count'")
    refine(settings)
    return settings.home


def copied(home: Path, to: Path) -> Settings:
    """Return the settings of a copy of ``home``."""
    shutil.copytree(home, to, symlinks=True)
    return Settings(home=to)


def test_a_figure_says_whether_it_is_new_late_or_corrected(calm: Path, tmp_path: Path) -> None:
    """An economist must be able to tell news from corrections (R1)."""
    settings = copied(calm, tmp_path / "home")
    made = published(settings, [count("2606", JUNE, 120), count("2402", JUNE, 7), count("2606", JULY, 9)])
    assert asked(settings.mart, FACTS, ["vehicle_reported_count"]) == [
        (None, "7", "late", None),
        ("100", "120", "rectified", Decimal(20)),
        (None, "9", "new", None),
    ]
    assert made.changes["vehicle_reported_count"] == {"late": 1, "new": 1, "rectified": 1}
    (grain,) = asked(settings.mart, "select grain from revision where reason = 'late'")[0]
    assert json.loads(grain)["post"] == "2402"
    named = {each.indicator: each for each in changes.largest(settings.mart, 5)}
    largest = named["vehicle_reported_count"]
    assert (largest.old, largest.new, largest.part) == ("100", "120", Decimal(20))
    _reaches_later_periods(settings)


def _reaches_later_periods(settings: Settings) -> None:
    """Growth of June reads June of the year before: its own events did not change, its figure did."""
    measures = "select measure, old, new, reason, part from revision where indicator = ? order by all"
    assert asked(settings.mart, measures, ["vehicle_count_growth_yoy_pct"]) == [
        ("vehicle_count_growth_yoy_pct", "50.0", "25.0", "rectified", Decimal(-25)),
        ("year_before_count", "100", "120", "rectified", Decimal(20)),
    ]


def test_what_came_in_late_and_what_was_corrected_are_parts_of_one_figure(settings: Settings) -> None:
    """METHODOLOGY 13.4, vector 47, as far as events can tell it: 900 + 90, then 95 late and 15 less."""
    bring(settings, [line("900.00", containerised="yes"), line("90.00", containerised="no")], TRADE)
    publish.publish(settings)
    late = line("95.00")
    published(settings, [late, line("75.00", containerised="no")], TRADE)
    assert asked(settings.mart, FACTS, ["trade_value_usd"]) == [
        ("990.00", "1070.00", "late", Decimal(95)),
        ("990.00", "1070.00", "rectified", Decimal(-15)),
    ]


def test_a_figure_of_the_same_events_that_differs_is_never_called_late(wrong: Path, tmp_path: Path) -> None:
    """What no event explains is the program's doing, or nobody's; it must not hide among the late ones."""
    settings = copied(wrong, tmp_path / "home")
    published(settings, [count("2304", JULY, 6)])
    assert asked(settings.mart, FACTS, ["vehicle_reported_count"]) == [
        ("90", "100", "unexplained", Decimal(10)),
        ("5", "6", "rectified", Decimal(1)),
    ]


@pytest.mark.parametrize(
    ("place", "reason"), [(0, "method"), (1, "reference_data")], ids=["another query", "another code list"]
)
def test_another_method_or_code_list_is_told_from_events(wrong: Path, tmp_path: Path, place: int, reason: str) -> None:
    """R1: the old events are computed by the new program, and what differs there is the program's part."""
    settings = copied(wrong, tmp_path / "home")
    (first,) = register.read(settings)
    made_by = {**first.made_by, "vehicle_reported_count": list(first.made_by["vehicle_reported_count"])}
    made_by["vehicle_reported_count"][place] = "another"
    with lake.committing(settings, "test: remember another program") as con:
        con.execute("delete from ops.vintage")
        entry.enter(con, [replace(first, made_by=made_by)])
    register.path(settings).unlink()
    published(settings, [count("2606", JUNE, 103)])
    found = asked(settings.mart, FACTS, ["vehicle_reported_count"])
    assert {row[2]: row for row in found} == {
        reason: ("90", "103", reason, Decimal(10)),
        "rectified": ("90", "103", "rectified", Decimal(3)),
    }


def test_things_that_came_changed_and_went_are_taken_in_one_after_the_other() -> None:
    """METHODOLOGY 13.4, vector 47 whole: 1,000 to 1,070 by 95 late, 15 less rectified, 10 less cancelled."""
    table = module("reported_trade").TABLE
    thing = dict.fromkeys(table.key, "x")
    before = rows_of(table.key, thing, {"a": 900, "b": 90, "c": 10})
    now = rows_of(table.key, thing, {"a": 900, "b": 75, "d": 95})
    steps = Change(table, (JANUARY,), before, now).steps()
    totals = {reason: rows.get_column("value_usd").sum() for reason, rows in steps}
    assert totals == {"late": 1095, "rectified": 1080, "cancelled": 1070}


def rows_of(key: tuple[str, ...], thing: dict[str, str], values: dict[str, int]) -> pl.DataFrame:
    """Return a row for each value, of things that differ in the last part of their key."""
    received = {"known_at": datetime(2026, 1, 1, tzinfo=UTC), "events_seen": 1, "values_seen": 1, "marks": None}
    return pl.DataFrame([{**thing, key[-1]: name, "value_usd": value, **received} for name, value in values.items()])


def test_repeated_events_change_nothing_and_say_nothing(calm: Path, tmp_path: Path) -> None:
    """A publisher that sends everything twice makes another vintage, and no revision (CC3)."""
    settings = copied(calm, tmp_path / "home")
    (first,) = register.read(settings)
    again = published(settings, [count("2606", JUNE, 100)])
    assert again.previous == first.name
    assert (again.figures, again.changes) == (first.figures, {})
    assert asked(settings.mart, "select count(*) from revision") == [(0,)]


def test_what_waited_for_a_check_and_was_never_published_says_so(calm: Path) -> None:
    """Nobody knows any more which events it had been made of, so no event is blamed."""
    (first,) = register.read(Settings(home=calm))
    held = replace(first, standing={"vehicle_reported_count": ""})
    assert Course(first, held, first).first("vehicle_reported_count") == "held"
    assert Course(first, first, first).first("vehicle_reported_count") == "unexplained"


def test_the_mart_of_before_must_be_there_to_compare_with(calm: Path, tmp_path: Path) -> None:
    """A vintage that cannot say what it changed is not published; the message says how to get the mart back."""
    settings = copied(calm, tmp_path / "home")
    (first,) = register.read(settings)
    archive.path(settings, first).unlink()
    with pytest.raises(InputUnfit, match=f"the mart of {first.name} is not in") as refused:
        publish.publish(settings)
    assert f"puyango build --vintage {first.name}" in refused.value.remedy
