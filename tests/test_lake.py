"""The lake: one committer, whole commits, readers that do not wait."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import duckdb
import polars as pl
import pytest

from puyango.errors import Busy, ConfigRefused, DiskFailed, InputUnfit
from transforms import catalogue, draft, lake, months, ops
from transforms.draft import Draft
from transforms.fault import LakeDamaged

if TYPE_CHECKING:
    from collections.abc import Sequence

    from puyango.settings import Settings

COLUMNS = {"day": "DATE", "thing": "VARCHAR", "value_usd": "DECIMAL(18, 2)"}
HOLD = """
import sys, time
from pathlib import Path
from transforms.committer import held
with held(Path(sys.argv[1]), 5):
    print("held", flush=True)
    time.sleep(60)
"""
STRANGER = """
import sqlite3, sys, time
con = sqlite3.connect(sys.argv[1])
con.execute("begin exclusive")
print("held", flush=True)
time.sleep(60)
"""


def started(program: str, path: Path) -> subprocess.Popen[str]:
    process = subprocess.Popen([sys.executable, "-c", program, str(path)], stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    assert process.stdout.readline() == "held\n"
    return process


def ended(process: subprocess.Popen[str]) -> None:
    with process:
        process.send_signal(signal.SIGKILL)


def hurried(settings: Settings) -> Settings:
    return settings.model_copy(update={"lock_s": 0.2})


def batch(settings: Settings) -> int:
    with lake.reading(settings) as con:
        return ops.batch(con)


def things(settings: Settings) -> list[tuple[object, ...]]:
    with lake.reading(settings) as con:
        return con.execute("select day, thing from silver.pieces order by all").fetchall()


def drafted(settings: Settings, days: Sequence[date], rows: Sequence[tuple[date, str]]) -> Draft:
    frame = pl.DataFrame(
        {"day": [day for day, _ in rows], "thing": [thing for _, thing in rows], "value_usd": ["1.00"] * len(rows)},
        schema_overrides={"day": pl.Date},
    ).with_columns(pl.col("value_usd").cast(pl.Decimal(18, 2)))
    files = months.write(frame, "day", draft.folder(settings, "silver", "pieces"))
    return Draft("silver", "pieces", tuple(files), "day", tuple(days), 0, "")


def put(settings: Settings, whole: Draft) -> None:
    with lake.committing(settings, "put") as con:
        lake.ensure_table(con, "silver", "pieces", COLUMNS, "day")
        lake.replace(con, whole)


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


def test_commits_of_many_writers_all_count(settings: Settings) -> None:
    """Under the lock no writer meets a locked catalogue and none is lost, as the catalogue alone may."""

    def work(_: int) -> None:
        with lake.committing(settings, "work") as con:
            ops.advance(con)

    lake.create(settings)
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(work, range(8)))
    assert batch(settings) == 8


def test_a_second_committer_is_told_who_holds_the_lake(settings: Settings) -> None:
    """The operator must know which process to look at, on which host, instead of guessing."""
    process = started(HOLD, catalogue.lock(settings))
    try:
        with pytest.raises(Busy, match=f"pid {process.pid} on {socket.gethostname()}"):
            lake.create(hurried(settings))
    finally:
        ended(process)


def test_a_killed_committer_leaves_no_lock_behind(settings: Settings) -> None:
    """A stale lock file would stop every later run until somebody removes it by hand."""
    ended(started(HOLD, catalogue.lock(settings)))
    lake.create(hurried(settings))


def test_a_catalogue_that_a_stranger_locks_is_busy_not_broken(settings: Settings) -> None:
    """Exit code 75 makes the service manager try again; 70 would page somebody."""
    lake.create(settings)
    process = started(STRANGER, catalogue.path(settings))
    try:
        with pytest.raises(Busy, match="locked"), lake.committing(settings, "work") as con:
            ops.advance(con)
    finally:
        ended(process)
    assert batch(settings) == 0


def test_a_body_that_fails_leaves_nothing(settings: Settings) -> None:
    """Rows and ledger come together or not at all; half of either is a lie."""
    put(settings, drafted(settings, [date(2026, 1, 1)], [(date(2026, 1, 1), "a")]))
    whole = drafted(settings, [date(2026, 1, 1)], [(date(2026, 1, 1), "b")])

    def failing() -> None:
        with lake.committing(settings, "work") as con:
            ops.advance(con)
            lake.replace(con, whole)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        failing()
    assert things(settings) == [(date(2026, 1, 1), "a")]
    assert batch(settings) == 0
    put(settings, whole)
    assert things(settings) == [(date(2026, 1, 1), "b")]


def test_data_files_and_their_folders_are_on_disk_before_a_commit_is_visible(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The engine syncs nothing but its catalogue: a power cut would leave a lake that points at torn files."""
    put(settings, drafted(settings, [], []))
    seen: dict[str, int] = {}
    real = os.fsync

    def noted(descriptor: int) -> None:
        real(descriptor)
        seen[str(Path(f"/proc/self/fd/{descriptor}").readlink())] = len(things(settings))

    monkeypatch.setattr(os, "fsync", noted)
    with lake.committing(settings, "insert") as con:
        con.execute("insert into silver.pieces select date '2026-03-01', i::varchar, 1 from range(100) as r(i)")
    monkeypatch.undo()
    written = list(catalogue.data(settings).rglob("year=2026/month=3/*.parquet"))
    assert len(written) == 1
    for path in (written[0], *written[0].parents[:4]):
        assert seen[str(path)] == 0, f"{path} was synced after the commit"
    assert len(things(settings)) == 100


def test_a_disk_that_fails_before_the_commit_voids_it(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    """After a failed fsync the bytes may be gone although a second one succeeds, so nothing may be committed."""
    put(settings, drafted(settings, [date(2026, 1, 1)], [(date(2026, 1, 1), "a")]))
    whole = drafted(settings, [date(2026, 1, 1)], [(date(2026, 1, 1), "b")])

    def failing(_: int) -> None:
        raise OSError(5, "Input/output error")

    monkeypatch.setattr(os, "fsync", failing)
    with pytest.raises(DiskFailed):
        put(settings, whole)
    monkeypatch.undo()
    assert things(settings) == [(date(2026, 1, 1), "a")]


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


def test_every_commit_says_what_it_did(settings: Settings) -> None:
    """Snapshots without messages cannot be told apart when a figure must be explained."""
    with lake.committing(settings, "settle reported_count: 2 days") as con:
        ops.advance(con)
    with lake.reading(settings) as con:
        said = con.execute("select author, commit_message from lake.snapshots() order by snapshot_id").fetchall()
    assert said[-1] == ("puyango", "settle reported_count: 2 days")
