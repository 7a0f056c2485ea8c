"""Commits of the lake: one at a time, whole or not at all, on disk before they are seen."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from puyango.errors import Busy, DiskFailed
from transforms import catalogue, lake, ops

if TYPE_CHECKING:
    from puyango.settings import Settings
from tests.committed import batch, drafted, put, things

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


def test_every_commit_says_what_it_did(settings: Settings) -> None:
    """Snapshots without messages cannot be told apart when a figure must be explained."""
    with lake.committing(settings, "settle reported_count: 2 days") as con:
        ops.advance(con)
    with lake.reading(settings) as con:
        said = con.execute("select author, commit_message from lake.snapshots() order by snapshot_id").fetchall()
    assert said[-1] == ("puyango", "settle reported_count: 2 days")
