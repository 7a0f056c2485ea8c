"""What the tasks do, whoever runs them, how often, and in whatever order: the same bytes, and nothing forgotten."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import polars as pl
import pytest

from dags import overdue, slip, steps
from puyango.errors import InputUnfit, JudgementFailed
from tests.landed import count, land, refused
from transforms import collect, content, lake, ops

if TYPE_CHECKING:
    from puyango.settings import Settings

FAMILY, TABLE = "crossing_count", "reported_count"
JANUARY, FEBRUARY, MARCH = date(2024, 1, 1), date(2024, 2, 1), date(2024, 3, 1)
GROUPS = ["gold_people", "gold_vehicles"]


@pytest.fixture
def home(settings: Settings) -> Settings:
    """Return settings of a home in which counts of three months have landed."""
    land(settings, [count("2304", month, 10) for month in (JANUARY, FEBRUARY, MARCH)])
    return settings


def run(settings: Settings, days: list[date] | None = None) -> None:
    """Do what a run of the silver DAG does, but for the judgements, which take most of its time."""
    collect.pending(settings, FAMILY)
    if name := steps.draft(settings, TABLE, days):
        steps.replace(settings, TABLE, name, days)


def drafted(settings: Settings, days: list[date] | None = None) -> str:
    """Return the name of a draft of what has landed."""
    collect.pending(settings, FAMILY)
    name = steps.draft(settings, TABLE, days)
    assert name is not None
    return name


def silver(settings: Settings) -> list[tuple[object, ...]]:
    """Return what silver holds."""
    with lake.reading(settings) as con:
        return con.execute(f"select period_first_day, reported_count from silver.{TABLE} order by all").fetchall()


def digest(settings: Settings) -> str:
    """Return the hash of what silver holds."""
    with lake.reading(settings) as con:
        return content.content_hash(con, "silver", TABLE)


def settled(settings: Settings) -> list[date]:
    """Return the days that the ledger takes for settled."""
    with lake.reading(settings) as con:
        return [day for (day,) in con.execute("select anchor_day from ops.settled_day order by all").fetchall()]


def test_a_run_with_a_key_settles_its_day_alone(home: Settings) -> None:
    """A late event costs one day, whatever else waits."""
    run(home, [FEBRUARY])
    assert settled(home) == [FEBRUARY]
    assert silver(home) == [(FEBRUARY, 10)]


def test_runs_in_any_order_and_twice_leave_what_one_batch_leaves(
    home: Settings, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """Events are doubled, lost and out of order; the figures may not know (A1, A4)."""
    for days in ([MARCH], [JANUARY], [MARCH], [FEBRUARY, JANUARY]):
        run(home, days)
    other = home.model_copy(update={"home": tmp_path_factory.mktemp("other")})
    land(other, [count("2304", month, 10) for month in (JANUARY, FEBRUARY, MARCH)])
    run(other)
    assert digest(home) == digest(other)


def test_the_steps_of_a_run_bring_what_has_landed_into_silver(home: Settings) -> None:
    """The whole way, judged, as the tasks go it."""
    (table,) = steps.collect(home, FAMILY)
    name = steps.draft(home, table, None)
    assert name is not None
    assert steps.replace(home, table, steps.judge(home, table, name), None) == (JANUARY, FEBRUARY, MARCH)
    assert silver(home) == [(JANUARY, 10), (FEBRUARY, 10), (MARCH, 10)]
    assert steps.draft(home, table, None) is None


def test_two_attempts_at_once_leave_the_same(home: Settings) -> None:
    """An attempt whose heartbeat was lost goes on while the next one works (A3)."""
    first, second = drafted(home), drafted(home)
    assert first != second
    steps.replace(home, TABLE, second, None)
    once = digest(home)
    steps.replace(home, TABLE, first, None)
    assert digest(home) == once


def test_a_step_that_is_cleared_and_run_again_finds_its_work_done(home: Settings) -> None:
    """A person clears a task of last week: its draft is long in place."""
    name = drafted(home, [JANUARY])
    steps.replace(home, TABLE, name, [JANUARY])
    once = digest(home)
    assert steps.judge(home, TABLE, name) == name
    assert list(steps.replace(home, TABLE, name, [JANUARY])) == [JANUARY]
    assert digest(home) == once


def test_a_draft_that_later_events_overtook_is_made_anew_and_judged(home: Settings) -> None:
    """Another run collected more of the same day in between; trying again with the old draft would never heal."""
    name = drafted(home)
    land(home, [count("2501", JANUARY, 7)])
    collect.pending(home, FAMILY)
    steps.replace(home, TABLE, name, None)
    assert silver(home) == [(JANUARY, 7), (JANUARY, 10), (FEBRUARY, 10), (MARCH, 10)]
    with lake.reading(home) as con:
        assert con.execute("select count(*) > 0 from ops.verdict where layer = 'silver'").fetchone() == (True,)


def test_nothing_of_a_draft_is_left_behind(home: Settings) -> None:
    """Drafts of a thousand runs a day would fill the disk."""
    run(home, [JANUARY])
    run(home)
    assert not [path for path in (home.drafts / "silver").rglob("*") if path.is_file()]


@pytest.mark.parametrize("name", ["../../../landing", "", "1-a/../../b", "1-A", "*"])
def test_a_name_that_is_no_draft_opens_no_path(home: Settings, name: str) -> None:
    """The name passes through Airflow's database, where an operator of Airflow may write."""
    with pytest.raises(InputUnfit):
        steps.judge(home, TABLE, name)


def test_what_is_stale_is_found_whatever_events_were_lost(home: Settings) -> None:
    """The sweep reads the landing and the ledger: that is all it may trust."""
    assert overdue.dags(home) == ["silver_crossing_count"]
    collect.pending(home, FAMILY)
    assert overdue.dags(home) == ["silver_crossing_count"]
    run(home, [JANUARY])
    assert overdue.dags(home) == ["silver_crossing_count", *GROUPS]
    run(home)
    assert overdue.dags(home) == GROUPS
    assert steps.build(home, "vehicles")
    assert overdue.dags(home) == ["gold_people"]
    assert steps.build(home, "vehicles") == []
    land(home, [count("2304", MARCH, 11)])
    assert overdue.dags(home) == ["silver_crossing_count", "gold_people"]


def test_a_landing_without_a_lake_is_found_too(settings: Settings) -> None:
    """The first sweep of a new home."""
    assert overdue.dags(settings) == []
    land(settings, [count("2304", JANUARY, 1)])
    assert overdue.dags(settings) == ["silver_crossing_count"]


def test_a_family_that_is_held_waits_for_a_person_until_more_lands(home: Settings) -> None:
    """A sweep that failed every two minutes until Monday would only teach people not to look."""
    collect.pending(home, FAMILY)
    with lake.committing(home, "test: hold") as con:
        con.execute("insert into ops.held values ('bronze', ?, ?, 'planted')", [FAMILY, ops.batch(con)])
    assert overdue.dags(home) == []
    land(home, [refused("malformed_json"), count("2501", MARCH, 2)])
    assert overdue.dags(home) == ["silver_crossing_count"]


def test_a_draft_that_must_not_go_on_fails_with_its_reason_and_is_not_swept(home: Settings) -> None:
    """The task fails at once, its log says which rule; only a person, or other events, can help (A6)."""
    name = drafted(home)
    found = slip.kept(home, "silver", TABLE, name)
    assert found is not None
    for file in found.files:
        worse = pl.read_parquet(file, hive_partitioning=False).with_columns(reported_count=pl.lit(-1, pl.Int64))
        worse.write_parquet(file)
    with pytest.raises(JudgementFailed, match="within bounds"):
        steps.judge(home, TABLE, name)
    assert settled(home) == []
    assert overdue.dags(home) == []
