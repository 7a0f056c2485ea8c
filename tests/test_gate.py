"""The gate between the layers, over a real lake: what a critical failure stops, and what goes on."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl
import typer
from structlog.testing import capture_logs
from typer.testing import CliRunner

from expectations import gate
from puyango.cli import check
from puyango.cli._stage import CONSOLE
from puyango.errors import JudgementFailed
from streams.families.traveller_crossing import CONTRACT as TRAVELLERS
from tests.judged import APRIL, FAMILY, MARCH, TRADE, asked, collected, failed, held, planted, settled, spoilt
from tests.landed import count, land
from transforms import collect, lake, settle
from transforms.draft import Draft
from transforms.table import module
from transforms.tables.crossing import TABLE as CROSSINGS
from warehouse import build
from warehouse.indicator import indicator

if TYPE_CHECKING:
    from datetime import date

    import pytest
    from typer.testing import Result

    from puyango.settings import Settings

CANARY = "canary-7731"


def test_a_critical_failure_stops_its_table_and_no_other(settings: Settings) -> None:
    """One bad table must not hold up what has nothing to do with it, and must not slip through either."""
    collected(settings, count("2304", MARCH, 5))
    bad = spoilt(settled(settings), reported_count=pl.lit(-1, pl.Int64))
    other = planted(settings, "reported_trade", [TRADE])
    assert gate.passed(settings, [bad, other]) == [other]
    assert held(settings) == [("silver", "reported_count")]
    told = "select outcome, severity, unexpected, examined from ops.verdict where layer = 'silver' and rule = "
    assert asked(settings, told + "'reported_count: within bounds'") == [("failed", "critical", 1, 1)]


def test_a_held_table_stops_its_readers_until_it_passes(settings: Settings) -> None:
    """An indicator built on a table that failed would publish the failure; one that reads other tables goes on."""
    collected(settings, count("2304", MARCH, 5))
    good = settled(settings)
    assert gate.passed(settings, [good]) == [good]
    settle.replace(settings, good)
    collected(settings, count("2304", APRIL, 6))
    drafted = settled(settings)
    assert gate.passed(settings, [spoilt(drafted, measure=pl.lit("tanks"))]) == []
    assert build.draft(settings, indicator("vehicle_reported_count")) is None
    assert gate.passed(settings, [drafted]) == [drafted]
    assert held(settings) == []
    settle.replace(settings, drafted)
    assert build.draft(settings, indicator("vehicle_reported_count")) is not None


def test_a_draft_of_gold_is_judged_by_what_it_is_made_of(settings: Settings) -> None:
    """A join that doubles rows leaves every column in order; only the total tells."""
    collected(settings, count("2304", MARCH, 5), count("2304", MARCH, 9, measure="pedestrians"))
    drafted = settled(settings)
    settle.replace(settings, drafted)
    for table in ("vehicle_reported_count", "people_crossings"):
        made = build.draft(settings, indicator(table))
        assert made is not None
        assert gate.passed(settings, [made]) == [made]
        assert gate.passed(settings, [spoilt(made, **{table: pl.col(table) * 2})]) == []
        assert failed(settings) == [(f"{table}: adds up to what it is made of", "failed")]
    assert held(settings) == [("gold", "people_crossings"), ("gold", "vehicle_reported_count")]


def test_a_draft_that_cannot_be_judged_waits_and_is_not_called_bad(settings: Settings) -> None:
    """A column that got lost is a broken transform, not broken data (A6)."""
    collected(settings, count("2304", MARCH, 5))
    drafted = settled(settings)
    (file,) = drafted.files
    pl.read_parquet(file, hive_partitioning=False).drop("reported_count").write_parquet(file)
    assert gate.passed(settings, [drafted]) == []
    assert {outcome for _, outcome in failed(settings)} == {"crashed"}
    assert held(settings) == [("silver", "reported_count")]


def test_a_warning_is_told_and_stops_nothing(settings: Settings) -> None:
    """Real publications have real defects; the figures beside them are still right."""
    collected(settings, count("2304", MARCH, 5), count("2304", MARCH, 5), count("9999", MARCH, 1))
    drafted = settled(settings)
    assert gate.passed(settings, [drafted]) == [drafted]
    assert sorted(failed(settings)) == [
        ("a post's name belongs to one post", "failed"),
        ("marks: nothing repeated", "failed"),
        ("post: listed in posts", "failed"),
    ]


def test_a_rule_that_compares_periods_sees_what_the_draft_will_stand_beside(settings: Settings) -> None:
    """A month drafted alone would never look partial; together with the month in the lake it does."""
    partial = ("the last period has as many posts as the one before", "failed")
    collected(settings, count("2304", MARCH, 5, post_name="A"), count("2305", MARCH, 5, post_name="B"))
    first = settled(settings)
    assert gate.passed(settings, [first]) == [first]
    assert partial not in failed(settings)
    settle.replace(settings, first)
    collected(settings, count("2304", APRIL, 6, post_name="A"))
    gate.passed(settings, [settled(settings)])
    assert failed(settings) == [partial]


def test_a_draft_replaces_its_days_before_it_is_judged(settings: Settings) -> None:
    """A day settled again must not be compared with its own old rows."""
    collected(settings, count("2304", MARCH, 5, post_name="Laredo"))
    first = settled(settings)
    settle.replace(settings, first)
    collected(settings, count("2305", MARCH, 5, post_name="Hidalgo"))
    gate.passed(settings, [settled(settings)])
    assert failed(settings) == []


def traveller(event: str, day: date) -> dict[str, object]:
    """Return the record of one person who crossed on ``day``."""
    return {
        "administration": "EC",
        "event_id": event,
        "source": "ec_migration",
        "coverage": "full",
        "crossing_day": day,
        "direction": "entry",
        "post": "huaquillas",
        "mode": "road",
        "nationality": "PE",
        "migration_class": "Tourist",
    }


def test_a_thing_that_returns_under_another_day_is_told_and_stops_nothing(settings: Settings) -> None:
    """It is counted on both days, and each day alone looks right: only what the lake holds of it tells."""
    twice = "administration, event_id: on one crossing_day only"
    for rows, found in (
        ([traveller("a", MARCH), traveller("b", MARCH)], []),
        ([traveller("c", APRIL)], []),
        ([traveller("a", APRIL)], [(twice, "failed")]),
    ):
        drafted = crossings(settings, rows)
        assert gate.passed(settings, [drafted]) == [drafted]
        assert failed(settings) == found
        settle.replace(settings, drafted)
    told = "select severity, unexpected, examined from ops.verdict where rule = ? order by batch desc limit 1"
    with lake.reading(settings) as con:
        assert con.execute(told, [twice]).fetchall() == [("warning", 1, 3)]


def crossings(settings: Settings, rows: list[dict[str, object]]) -> Draft:
    """Land and collect ``rows`` and return a draft of the days they touched."""
    land(settings, rows, contract=TRAVELLERS)
    collect.pending(settings, TRAVELLERS.name)
    drafted = settle.draft(settings, CROSSINGS)
    assert drafted is not None
    return drafted


def test_an_empty_draft_passes(settings: Settings) -> None:
    """Days whose events are gone leave nothing to judge, with a table in the lake or without one."""
    lake.create(settings)
    empty = Draft("silver", "reported_count", (), "period_first_day", (MARCH,), 1, "declared")
    assert gate.passed(settings, [empty]) == [empty]
    assert gate.passed(settings, []) == []
    collected(settings, count("2304", MARCH, 5))
    settle.replace(settings, settled(settings))
    assert gate.passed(settings, [empty]) == [empty]


def test_no_value_of_a_failing_row_is_written_anywhere(settings: Settings) -> None:
    """Verdicts travel further than the rows they speak of (S14)."""
    collected(settings, count("2304", MARCH, 5))
    drafted = settled(settings)
    text = [name for name, kind in settle.columns(module("reported_count").TABLE).items() if kind == "VARCHAR"]
    with capture_logs() as logs:
        gate.passed(settings, [spoilt(drafted, **{name: pl.lit(CANARY) for name in text})])
        gate.passed(settings, [spoilt(drafted, reported_count=pl.lit(CANARY))])
    assert len(failed(settings)) > 0
    for table in ("verdict", "held"):
        assert CANARY not in repr(asked(settings, f"select * from ops.{table}"))
    assert CANARY not in repr([entry for entry in logs if entry["log_level"] != "debug"])


def checked(settings: Settings, monkeypatch: pytest.MonkeyPatch, *arguments: str) -> Result:
    """Run ``puyango check`` on the lake of ``settings``, on a wide terminal."""
    app = typer.Typer()
    check.register(app)
    monkeypatch.setattr(check, "load", lambda: settings)
    monkeypatch.setattr(CONSOLE, "width", 400)
    return CliRunner().invoke(app, list(arguments))


def test_check_says_what_does_not_hold_and_what_it_would_mean(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever reads the figures must be able to read their warnings, without holding or freeing anything."""
    collected(settings, count("2304", MARCH, 5), count("2304", MARCH, 5))
    settle.replace(settings, settled(settings))
    result = checked(settings, monkeypatch)
    assert result.exit_code == 0
    assert "marks: nothing repeated" in result.output
    assert "nothing repeated, 1 of 1" in result.output
    assert "counting events instead of things" in result.output
    assert "present" not in result.output
    assert "silver.reported_count: " in result.output
    assert "post: present" in checked(settings, monkeypatch, "--layer", "bronze", "--all").output
    assert asked(settings, "select count(rule) from ops.verdict") == [(0,)]


def test_check_ends_with_one_where_a_critical_rule_fails(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    """A scheduler reads the exit code, not the table; and the last verdicts can be read again without judging."""
    collected(settings, count("2304", MARCH, 5))
    with lake.committing(settings, "double it") as con:
        con.execute(f"insert into bronze.{FAMILY} select * from bronze.{FAMILY}")
    result = checked(settings, monkeypatch, "--table", FAMILY)
    assert isinstance(result.exception, JudgementFailed)
    assert "chain, partition, offset: unique failed" in str(result.exception)
    gate.bronze(settings, FAMILY)
    again = checked(settings, monkeypatch, "--last")
    assert isinstance(again.exception, JudgementFailed)
    assert "chain, partition, offset: unique" in again.output


def test_check_of_an_empty_lake_says_so(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing to judge must not look like nothing to complain about."""
    lake.create(settings)
    assert "Nothing has been judged" in checked(settings, monkeypatch).output
