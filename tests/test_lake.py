"""The lake: one committer, whole commits, readers that do not wait."""

from __future__ import annotations

import subprocess
import sys
import threading
from datetime import date
from typing import TYPE_CHECKING

import duckdb
import pytest

from puyango.errors import ConfigRefused, InputUnfit
from transforms import catalogue, lake, ops
from transforms.fault import LakeDamaged

if TYPE_CHECKING:
    from puyango.settings import Settings
from tests.committed import COLUMNS, batch, drafted, put, things


def test_creating_the_lake_again_changes_nothing(settings: Settings) -> None:
    """Every collect begins by making sure of the lake; it must not cost the ledger."""
    lake.create(settings)
    with lake.committing(settings, "work") as con:
        ops.advance(con)
    lake.create(settings)
    assert batch(settings) == 1


def test_two_processes_may_create_the_lake_at_once(settings: Settings) -> None:
    """The sweep and a person start at the same minute on a fresh machine; both must find one lake with one clock."""
    program = (
        "import sys; from pathlib import Path; from puyango.settings import Settings; from transforms import lake;"
        "lake.create(Settings(home=Path(sys.argv[1])))"
    )
    both = [subprocess.Popen([sys.executable, "-c", program, str(settings.home)]) for _ in range(2)]
    assert [process.wait(60) for process in both] == [0, 0]
    with lake.reading(settings) as con:
        assert con.execute("select count(batch) from ops.clock").fetchone() == (1,)


def test_a_reader_sees_one_snapshot_while_a_writer_runs_and_does_not_wait(settings: Settings) -> None:
    """An economist's session must neither stop the pipeline nor mix two states of it."""
    put(settings, drafted(settings, [date(2026, 1, 1)], [(date(2026, 1, 1), "a")]))
    asked = "select thing from silver.pieces order by all"
    inside, go_on = threading.Event(), threading.Event()

    def write() -> None:
        with lake.committing(settings, "write") as con:
            lake.replace(con, drafted(settings, [date(2026, 1, 1)], [(date(2026, 1, 1), "b")]))
            inside.set()
            assert go_on.wait(30)

    writer = threading.Thread(target=write)
    writer.start()
    assert inside.wait(30)
    with lake.reading(settings) as con:
        assert con.execute(asked).fetchall() == [("a",)]
        go_on.set()
        writer.join()
        assert con.execute(asked).fetchall() == [("a",)]
    assert things(settings) == [(date(2026, 1, 1), "b")]


def test_a_reader_cannot_write(settings: Settings) -> None:
    """The door of the economists is read-only whatever they type."""
    lake.create(settings)
    with lake.reading(settings) as con, pytest.raises(duckdb.Error, match="read-only"):
        con.execute("update ops.clock set batch = 7")


def test_reading_before_there_is_a_lake_says_what_to_run(settings: Settings) -> None:
    """A newcomer's first query must not end in an engine's error."""
    with pytest.raises(InputUnfit, match="puyango collect"), lake.reading(settings):
        pass


def test_another_version_of_duckdb_is_refused_with_both_named(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A newer engine migrates the catalogue one way; after that nobody else can read it."""
    monkeypatch.setattr(duckdb, "__version__", "2.0.0")
    with pytest.raises(ConfigRefused, match=r"2\.0\.0.*1\.5\.5"):
        lake.create(settings)


def test_days_are_days_of_utc_whatever_the_host_says(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    """The session's zone decides what a cast to a day means; a host in Lima must not move crossings."""
    monkeypatch.setenv("TZ", "America/Lima")
    lake.create(settings)
    with lake.reading(settings) as con:
        row = con.execute("select timestamptz '2026-01-01 02:00:00+00'::date, current_setting('TimeZone')").fetchone()
    assert row == (date(2026, 1, 1), "UTC")


def test_a_missing_data_file_is_named_with_its_remedy(settings: Settings) -> None:
    """Metadata answers counts although the file is gone; whoever reads columns must learn the truth."""
    put(settings, drafted(settings, [date(2026, 1, 1)], [(date(2026, 1, 1), "a")]))
    for path in catalogue.data(settings).rglob("*.parquet"):
        path.unlink()
    with pytest.raises(LakeDamaged, match="puyango rebuild"):
        things(settings)


def test_replacing_days_leaves_the_others_alone(settings: Settings) -> None:
    """A late event may change its own day; a neighbour in the same month and file must stay as it was."""
    first, second, third = (date(2026, 1, day) for day in (1, 2, 3))
    put(settings, drafted(settings, [first, second], [(first, "a"), (second, "b"), (second, "c")]))
    put(settings, drafted(settings, [second, third], [(second, "d"), (third, "e")]))
    assert things(settings) == [(first, "a"), (second, "d"), (third, "e")]


def test_a_day_that_came_to_hold_nothing_is_emptied(settings: Settings) -> None:
    """A draft names its days apart from its rows, so that a day without rows is replaced too."""
    first = date(2026, 1, 1)
    put(settings, drafted(settings, [first], [(first, "a")]))
    put(settings, drafted(settings, [first], []))
    assert things(settings) == []


def test_a_month_is_one_file_in_its_folder(settings: Settings) -> None:
    """Files few and large, found by month: what a reader of one month pays for."""
    rows = [(date(2025, month, day), f"{day}") for month in (1, 12) for day in (1, 2)]
    put(settings, drafted(settings, [day for day, _ in rows], rows))
    found = [path.parent.relative_to(catalogue.data(settings)) for path in catalogue.data(settings).rglob("*.parquet")]
    assert sorted(map(str, found)) == ["silver/pieces/year=2025/month=1", "silver/pieces/year=2025/month=12"]


def test_a_column_declared_since_is_added_and_old_rows_have_none(settings: Settings) -> None:
    """Adding a field to a declaration must not ask for a rebuild."""
    put(settings, drafted(settings, [date(2026, 1, 1)], [(date(2026, 1, 1), "a")]))
    with lake.committing(settings, "add") as con:
        lake.ensure_table(con, "silver", "pieces", {**COLUMNS, "note": "VARCHAR"}, "day")
        assert con.execute("select thing, note from silver.pieces").fetchall() == [("a", None)]


@pytest.mark.parametrize("declared", [{**COLUMNS, "value_usd": "DOUBLE"}, {"day": "DATE", "thing": "VARCHAR"}])
def test_a_column_that_changed_or_left_is_refused(settings: Settings, declared: dict[str, str]) -> None:
    """Old rows would be read under a meaning they never had."""
    put(settings, drafted(settings, [], []))
    with pytest.raises(ConfigRefused, match="value_usd"), lake.committing(settings, "change") as con:
        lake.ensure_table(con, "silver", "pieces", declared, "day")


def test_a_session_finds_nothing_of_the_one_before(settings: Settings) -> None:
    """Engines are used again: an empty stand-in table of yesterday would hide today's real one."""
    lake.create(settings)
    made = (
        "create schema memory.silver; create table memory.silver.pieces (day date); create temp table piece (day date);"
        "create view memory.seen as select 1; create macro memory.half(x) as x / 2; set variable days = 7"
    )
    left = (
        "select count(*) from (select table_name from duckdb_tables() where not internal and database_name <> 'lake'"
        " union all select view_name from duckdb_views() where not internal"
        " union all select function_name from duckdb_functions() where function_name = 'half'"
        " union all select 'days' where getvariable('days') is not null)"
    )
    with lake.reading(settings) as con:
        con.execute(made)
        con.cursor().execute("create view memory.other as select 1")
        assert con.execute(left).fetchone() == (5,)
    with lake.reading(settings) as con:
        assert con.execute(left).fetchone() == (0,)


def test_an_engine_that_somebody_locked_down_is_not_used_again(settings: Settings) -> None:
    """A session for strangers forbids files; the next commit must not inherit that."""
    lake.create(settings)
    with lake.reading(settings) as con:
        con.execute("set enable_external_access = false; set threads = 1; set lock_configuration = true")
    with lake.committing(settings, "work") as con:
        assert ops.advance(con) == 1
