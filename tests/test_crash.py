"""A check that crashes is not data that failed: its table and those who read it wait, all others go on (A6)."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import polars as pl

from expectations import gate
from tests.judged import APRIL, FAMILY, MARCH, TRADE, collected, failed, held, planted, settled
from tests.landed import count
from transforms import settle
from warehouse import build
from warehouse.indicator import indicator

if TYPE_CHECKING:
    from puyango.settings import Settings
    from transforms.draft import Draft


def lame(draft: Draft) -> Draft:
    """Return ``draft`` without a column that rules ask about: a fault of the platform, not of the data."""
    (file,) = draft.files
    worse = file.with_name("worse.parquet")
    pl.read_parquet(file, hive_partitioning=False).drop("measure").write_parquet(worse)
    return replace(draft, files=(worse,))


def test_a_crash_holds_its_table_and_its_readers_and_nothing_else(settings: Settings) -> None:
    """Publishing what nobody could judge, and stopping what is in order, would both be wrong."""
    collected(settings, count("2304", MARCH, 5))
    good = settled(settings)
    assert gate.passed(settings, [good]) == [good]
    settle.replace(settings, good)
    collected(settings, count("2304", APRIL, 6))
    other = planted(settings, "reported_trade", [TRADE])
    assert gate.passed(settings, [lame(settled(settings)), other]) == [other]
    assert held(settings) == [("silver", "reported_count")]
    assert ("measure: present", "crashed") in failed(settings)
    assert ("measure: in its closed list", "failed") not in failed(settings)
    assert build.draft(settings, indicator("vehicle_reported_count")) is None


def test_a_limit_that_no_rule_can_keep_holds_the_table_until_it_is_raised(settings: Settings) -> None:
    """The limit is a setting: an operator can give a large lake more time without touching a rule."""
    collected(settings, count("2304", MARCH, 5))
    hasty = settings.model_copy(update={"rule_s": 1e-6})
    gate.bronze(hasty, FAMILY)
    assert held(settings) == [("bronze", FAMILY)]
    gate.bronze(settings, FAMILY)
    assert held(settings) == []
