"""The gate between the layers, over a real lake: what a critical failure stops, and what goes on."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import polars as pl
import typer
from structlog.testing import capture_logs
from typer.testing import CliRunner

from expectations import gate
from puyango.cli import check
from puyango.cli._stage import CONSOLE
from puyango.errors import JudgementFailed
from streams import schema
from tests.landed import START, count, land
from transforms import collect, lake, settle
from transforms.draft import Draft
from transforms.table import module
from warehouse import build
from warehouse.indicator import indicator

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pytest
    from typer.testing import Result

    from puyango.settings import Settings

FAMILY = "crossing_count"
MARCH, APRIL = date(2025, 3, 1), date(2025, 4, 1)
CANARY = "canary-7731"
TRADE = {
    "source": "us",
    "reporter": "US",
    "partner": "MX",
    "partner_concept": "destination",
    "flow": "X",
    "goods_origin": "domestic",
    "product_classification": "HS2022",
    "product": "01",
    "mode": "road",
    "post": "2304",
    "containerised": "yes",
    "valuation": "FAS",
    "freq": "M",
    "period": "2025-03",
    "period_first_day": MARCH,
    "value_unit": "USD",
    "value_usd": 7,
    "known_at": START,
    "events_seen": 1,
    "values_seen": 1,
}


def collected(settings: Settings, *rows: dict[str, object]) -> None:
    """Land ``rows`` and bring them into bronze."""
    land(settings, rows)
    collect.pending(settings, FAMILY)


def settled(settings: Settings) -> Draft:
    """Return a draft of what is stale in reported_count."""
    drafted = settle.draft(settings, module("reported_count").TABLE)
    assert drafted is not None
    return drafted


def spoilt(draft: Draft, **changed: pl.Expr) -> Draft:
    """Return ``draft`` with columns of its rows changed, as a broken transform would leave them."""
    (file,) = draft.files
    worse = file.with_name("worse.parquet")
    pl.read_parquet(file, hive_partitioning=False).with_columns(**changed).write_parquet(worse)
    return replace(draft, files=(worse,))


def planted(settings: Settings, table: str, rows: Sequence[dict[str, object]]) -> Draft:
    """Return a draft of ``rows`` in the form of a silver table."""
    declared = module(table).TABLE
    path = settings.home / f"{table}.parquet"
    path.parent.mkdir(parents=True, exist_ok=True)
    pl.DataFrame(rows, schema=schema.columns(declared.fields)).write_parquet(path)
    return Draft("silver", table, (path,), declared.anchor, (MARCH,), 1, "declared")


def asked(settings: Settings, sql: str) -> list[tuple[object, ...]]:
    with lake.reading(settings) as con:
        return con.execute(sql).fetchall()


def held(settings: Settings) -> list[tuple[object, ...]]:
    return asked(settings, "select layer, table_name from ops.held order by all")


def failed(settings: Settings) -> list[tuple[object, ...]]:
    """Return the rules of the last judgement that did not pass."""
    latest = "select max(batch) from ops.verdict"
    return asked(settings, f"select rule, outcome from ops.verdict where outcome <> 'passed' and batch = ({latest})")


def test_a_critical_failure_stops_its_table_and_no_other(settings: Settings) -> None:
    """One bad table must not hold up what has nothing to do with it, and must not slip through either."""
    collected(settings, count("2304", MARCH, 5))
    bad = spoilt(settled(settings), reported_count=pl.lit(-1, pl.Int64))
    other = planted(settings, "reported_trade", [TRADE])
    assert gate.passed(settings, [bad, other]) == [other]
    assert held(settings) == [("silver", "reported_count")]
    verdicts = (
        "select outcome, severity, unexpected, examined from ops.verdict where rule = 'reported_count: within bounds'"
    )
    assert asked(settings, verdicts) == [("failed", "critical", 1, 1)]


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


def test_an_empty_draft_passes(settings: Settings) -> None:
    """Days whose events are gone leave nothing to judge, with a table in the lake or without one."""
    lake.create(settings)
    empty = Draft("silver", "reported_count", (), "period_first_day", (MARCH,), 1, "declared")
    assert gate.passed(settings, [empty]) == [empty]
    assert gate.passed(settings, []) == []
    collected(settings, count("2304", MARCH, 5))
    settle.replace(settings, settled(settings))
    assert gate.passed(settings, [empty]) == [empty]


def test_bronze_is_judged_when_something_came_and_only_then(settings: Settings) -> None:
    """A sweep that finds nothing must cost nothing, and running twice leaves what running once leaves (I7)."""
    lake.create(settings)
    gate.bronze(settings, FAMILY)
    assert asked(settings, "select count(rule) from ops.verdict") == [(0,)]
    collected(settings, count("2304", MARCH, 5))
    gate.bronze(settings, FAMILY)
    once = asked(settings, "select * from ops.verdict order by all")
    gate.bronze(settings, FAMILY)
    assert asked(settings, "select * from ops.verdict order by all") == once
    assert {row[5] for row in once} == {"passed"}
    collected(settings, count("2304", APRIL, 5))
    gate.bronze(settings, FAMILY)
    assert len(asked(settings, "select distinct batch from ops.verdict")) == 2


def test_a_family_whose_rows_do_not_add_up_stops_its_tables_and_no_others(settings: Settings) -> None:
    """A row lost between landing and bronze makes every figure above it wrong (I1)."""
    collected(settings, count("2304", MARCH, 5), count("2305", MARCH, 6))
    with lake.committing(settings, "lose a row") as con:
        con.execute(f"delete from bronze.{FAMILY} where post = '2305'")
    gate.bronze(settings, FAMILY)
    assert failed(settings) == [("bronze: holds every good row of the segments once", "failed")]
    assert held(settings) == [("bronze", FAMILY)]
    drafted, other = settled(settings), planted(settings, "reported_trade", [TRADE])
    assert gate.passed(settings, [drafted, other]) == [other]
    with lake.committing(settings, "find it again") as con:
        row = f"select * replace ('2305' as post, 1 as \"offset\", 6 as reported_count) from bronze.{FAMILY}"
        con.execute(f"insert into bronze.{FAMILY} {row}")
    gate.bronze(settings, FAMILY)
    assert held(settings) == []
    assert gate.passed(settings, [drafted]) == [drafted]


def test_a_row_that_is_twice_in_bronze_is_found_by_its_coordinates(settings: Settings) -> None:
    """The same offset twice would count every crossing of that record twice (I2)."""
    collected(settings, count("2304", MARCH, 5))
    with lake.committing(settings, "double it") as con:
        con.execute(f"insert into bronze.{FAMILY} select * from bronze.{FAMILY}")
    gate.bronze(settings, FAMILY)
    assert ("chain, partition, offset: unique", "failed") in failed(settings)


def test_a_file_that_is_gone_is_noticed_although_its_row_count_is_not(settings: Settings) -> None:
    """``count(*)`` answers from the catalogue, so a check that counts rows that way proves nothing (H13)."""
    collected(settings, count("2304", MARCH, 5))
    (file,) = Path(settings.lake).rglob(f"bronze/{FAMILY}/**/*.parquet")
    file.chmod(0o600)
    file.write_bytes(b"")
    assert asked(settings, f"select count(*) from bronze.{FAMILY}") == [(1,)]
    gate.bronze(settings, FAMILY)
    assert ("bronze: holds every good row of the segments once", "crashed") in failed(settings)
    assert held(settings) == [("bronze", FAMILY)]


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
