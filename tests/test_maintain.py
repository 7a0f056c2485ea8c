"""Maintenance: few files, old snapshots and leftovers gone, and not one figure changed."""

from __future__ import annotations

import os
import threading
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from puyango.errors import Busy, DiskFailed, InputUnfit
from streams.families.crossing_count import CONTRACT as COUNTS
from tests.landed import count, land
from transforms import catalogue, collect, draft, files, lake, rebuild, settle
from transforms.maintain import Maintained, maintain
from transforms.tables.reported_count import TABLE

if TYPE_CHECKING:
    from puyango.settings import Settings

JUNE, JULY = date(2019, 6, 1), date(2019, 7, 1)
ASKED = "select post, reported_count from silver.reported_count order by all"


def now() -> datetime:
    return datetime.now(UTC)


def later(days: float) -> datetime:
    return now() + timedelta(days=days)


def step(settings: Settings, post: str, reported: int) -> None:
    """Let one event of June pass through the lake, with one of July that fills its files."""
    land(settings, [count(post, JUNE, reported), count("2304", JULY, reported)])
    collect.pending(settings, COUNTS.name)
    made = settle.draft(settings, TABLE)
    assert made
    settle.replace(settings, made)


def snapshot(settings: Settings) -> int:
    with lake.reading(settings) as con:
        return int(con.execute("select id from lake.current_snapshot()").fetchall()[0][0])


def snapshots(settings: Settings) -> list[int]:
    with lake.reading(settings) as con:
        return [int(row[0]) for row in con.execute("select snapshot_id from lake.snapshots() order by all").fetchall()]


def figures(settings: Settings, version: int | None = None) -> list[tuple[object, ...]]:
    with lake.reading(settings) as con:
        asked = ASKED if version is None else ASKED.replace("_count order", f"_count at (version => {version}) order")
        return con.execute(asked).fetchall()


def on_disk(settings: Settings, layer: str) -> int:
    return len(list((catalogue.data(settings) / layer).rglob("*.parquet")))


@pytest.fixture
def busy(settings: Settings) -> Settings:
    """Return the settings of a lake that grew in small steps."""
    for number in range(6):
        step(settings, f"06{number:02}", number)
    return settings


def test_maintenance_changes_no_figure_and_leaves_few_files(busy: Settings) -> None:
    """A thousand small commits make a lake slow; putting them together must not be seen in what it says."""
    before, held = rebuild.hashes(busy), on_disk(busy, "bronze")
    done = maintain(busy, later(200))
    assert done.merged > 0
    assert rebuild.hashes(busy) == before
    assert on_disk(busy, "bronze") == 2 < held
    assert maintain(busy, now()) == Maintained()


def test_a_snapshot_that_a_vintage_names_is_readable_for_ever(busy: Settings) -> None:
    """I9: a published figure stands, whatever is merged, expired and removed; other snapshots may go."""
    first, said = snapshot(busy), figures(busy)
    with lake.committing(busy, "publish") as con:
        con.execute("insert into ops.vintage by name select 'V' as name, ?::bigint as snapshot", [first])
        con.execute("insert into ops.vintage by name select 'carried over a rebuild' as name")
    step(busy, "0600", 99)
    done = [maintain(busy, later(days)) for days in (200, 400)]
    assert done[0].snapshots
    assert figures(busy, first) == said
    assert ("0600", 99) in figures(busy)
    assert snapshots(busy)[0] == first
    assert len(snapshots(busy)) < 5


def test_deleted_rows_leave_the_files_and_earlier_snapshots_keep_their_values(busy: Settings) -> None:
    """A late event marks rows of a month's file as deleted; the file must go, and not what it said before.

    The engine's rewrite narrows a table's statistics, and a sort by them reads 0 as another number.
    """
    first, said = snapshot(busy), figures(busy)
    with lake.committing(busy, "late") as con:
        con.execute("delete from silver.reported_count where reported_count in (0, 5)")
    asked = "select count(*) from ducklake_list_files('lake', 'reported_count', schema => 'silver')"
    asked += " where delete_file is not null"
    with lake.reading(busy) as con:
        assert con.execute(asked).fetchone() == (1,)
    left = figures(busy)
    maintain(busy, now())
    with lake.reading(busy) as con:
        assert con.execute(asked).fetchone() == (0,)
    assert figures(busy) == left
    assert figures(busy, first) == said


def test_nothing_young_is_removed(busy: Settings) -> None:
    """Readers and writers of today hold files that no later snapshot needs, and drafts that are not placed yet."""
    folder = draft.folder(busy, "silver", "reported_count")
    (catalogue.data(busy) / "stray.parquet").write_bytes(b"stray")
    known, held = snapshots(busy), len(files.found(catalogue.data(busy)))
    done = maintain(busy, now())
    assert (done.snapshots, done.unneeded, done.orphans, done.drafts) == (0, 0, 0, 0)
    assert set(snapshots(busy)) >= set(known)
    assert len(files.found(catalogue.data(busy))) >= held
    assert folder.exists()


def test_what_killed_processes_left_goes_when_it_is_old(busy: Settings) -> None:
    """P1 leaves one orphan file in two thirds of all kills; a disk that fills with them stops the platform."""
    folder = draft.folder(busy, "silver", "reported_count")
    stray = catalogue.data(busy) / "bronze" / COUNTS.name / "stray.parquet"
    stray.write_bytes(b"stray")
    before = rebuild.hashes(busy)
    done = maintain(busy, later(8))
    assert (done.orphans, done.drafts) == (1, 1)
    assert not stray.exists()
    assert not folder.exists()
    assert rebuild.hashes(busy) == before


def test_a_reader_of_yesterday_reads_on_while_files_are_merged(busy: Settings) -> None:
    """C8: the report that began before maintenance ends with the rows it began with."""
    with lake.reading(busy) as con:
        said = con.execute(ASKED).fetchall()
        done: list[Maintained] = []
        worker = threading.Thread(target=lambda: done.append(maintain(busy, now())))
        worker.start()
        worker.join(120)
        assert done[0].merged
        assert con.execute(ASKED).fetchall() == said


def test_merged_files_are_on_disk_before_the_commit(busy: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    """D4: the engine syncs nothing it merges; a power cut would leave a lake that points at torn files."""
    before = rebuild.hashes(busy)
    synced: set[str] = set()
    real = os.fsync

    def noted(descriptor: int) -> None:
        real(descriptor)
        synced.add(str(Path(f"/proc/self/fd/{descriptor}").readlink()))

    old = files.found(catalogue.data(busy))
    monkeypatch.setattr(os, "fsync", noted)
    maintain(busy, now())
    new = files.found(catalogue.data(busy)) - old
    assert new
    assert {str(path) for path in new} <= synced

    def failing(_: int) -> None:
        raise OSError(5, "Input/output error")

    step(busy, "0700", 7)
    monkeypatch.setattr(os, "fsync", failing)
    with pytest.raises(DiskFailed):
        maintain(busy, now())
    monkeypatch.undo()
    assert rebuild.hashes(busy).keys() == before.keys()
    assert ("0700", 7) in figures(busy)


def test_maintenance_waits_for_the_committer_and_says_for_whom(busy: Settings) -> None:
    """P8: removing files beside an open transaction loses them."""
    hurried = busy.model_copy(update={"lock_s": 0.2})
    with lake.committing(busy, "work"), pytest.raises(Busy, match="held by pid"):
        maintain(hurried, now())


def test_pruned_and_full_scans_agree_after_maintenance(busy: Settings) -> None:
    """C11: statistics that a merge lost or widened must not hide a row from a question about one day."""
    maintain(busy, later(200))
    with lake.reading(busy) as con:
        full = con.execute(
            "select count(post) from (select post, anchor_day + 0 as d from bronze.crossing_count) where d = ?", [JUNE]
        )
        expected = full.fetchone()
        assert (
            con.execute("select count(post) from bronze.crossing_count where anchor_day = ?", [JUNE]).fetchone()
            == expected
        )
    assert expected == (6,)


def test_a_removal_that_was_cut_short_is_finished_the_next_time(busy: Settings) -> None:
    """C5: files are gone before the catalogue knows; it must neither fail on them nor forget the others."""
    before = rebuild.hashes(busy)
    maintain(busy, now())
    asked = "select data_file from ducklake_list_files('lake', 'crossing_count', schema => 'bronze')"
    with lake.reading(busy) as con:
        needed = {Path(row[0]) for row in con.execute(asked).fetchall()}
    idle = sorted(set((catalogue.data(busy) / "bronze").rglob("*.parquet")) - needed)
    assert len(idle) > 2
    for path in idle[:2]:
        path.unlink()
    maintain(busy, later(200))
    assert set((catalogue.data(busy) / "bronze").rglob("*.parquet")) == needed
    assert rebuild.hashes(busy) == before


def test_there_must_be_a_lake(settings: Settings) -> None:
    """Maintenance of a folder that is not a platform must not make one."""
    with pytest.raises(InputUnfit):
        maintain(settings, now())
    assert not settings.home.exists()
