"""Rebuild: the landing alone gives the lake again, and a hash says whether it is the same."""

from __future__ import annotations

import shutil
import signal
import subprocess
import sys
from datetime import date
from typing import TYPE_CHECKING

import pytest
import typer
from typer.testing import CliRunner

from puyango.cli import rebuild as command
from puyango.errors import Busy, JudgementFailed, OutputRefused
from streams.families.crossing_count import CONTRACT as COUNTS
from tests.landed import count, land
from transforms import catalogue, collect, committer, lake, rebuild, settle
from transforms.tables.reported_count import TABLE

if TYPE_CHECKING:
    from puyango.settings import Settings


FAMILIES = (COUNTS.name,)
JUNE, JULY = date(2019, 6, 1), date(2019, 7, 1)
KILLED = """
import os, signal, sys
from pathlib import Path
from puyango.settings import Settings
from transforms import rebuild
def step(settings):
    if settings.lake.name != "lake":
        os.kill(os.getpid(), signal.SIGKILL)
rebuild.rebuild(Settings(home=Path(sys.argv[1])), ("crossing_count",), [step])
"""


def settled(settings: Settings) -> None:
    if made := settle.draft(settings, TABLE):
        settle.replace(settings, made)


def history(settings: Settings) -> None:
    """Let a story of late, repeated and conflicting events pass through the lake in small steps."""
    for rows in (
        [count("2606", JUNE, 2175), count("2304", JULY, 6)],
        [count("2606", JUNE, 0), count("2304", JULY, 6), count("0104", JUNE, 1)],
    ):
        land(settings, rows)
        collect.pending(settings, COUNTS.name)
        settled(settings)


def counted(settings: Settings) -> int:
    """Return how many rows of bronze a reader sees."""
    with lake.reading(settings) as con:
        row = con.execute("select count(post) from bronze.crossing_count").fetchone()
    return row[0] if row else 0


def test_a_rebuilt_lake_says_the_same(settings: Settings) -> None:
    """The lake may be lost: everything in it follows from what landed (I8)."""
    history(settings)
    before = catalogue.home(settings)
    done = rebuild.rebuild(settings, FAMILIES, [settled])
    assert [(each.layer, each.table) for each in done.tables] == [
        ("bronze", "crossing_count"),
        ("silver", "reported_count"),
    ]
    assert all(each.equal and each.before for each in done.tables)
    assert done.kept is None
    assert catalogue.home(settings) != before
    assert not (before / "catalog.sqlite").exists()


def test_a_lake_may_be_rebuilt_again_and_again(settings: Settings) -> None:
    """Each lake has a folder of its own, and the one before goes: the disk holds one, or two while it is made."""
    history(settings)
    for _ in range(2):
        assert all(each.equal for each in rebuild.rebuild(settings, FAMILIES, [settled]).tables)
    found = {path.name for path in settings.lake.iterdir()}
    assert found <= {"3", "current", "attach.sql", "spill"}


def test_a_lake_in_small_steps_says_what_a_lake_in_one_step_says(settings: Settings) -> None:
    """Late events re-open their days, so when things came in must not be seen in the result."""
    history(settings)
    before = rebuild.hashes(settings)
    catalogue.path(settings).unlink()
    done = rebuild.rebuild(settings, FAMILIES, [settled])
    assert {(each.layer, each.table): each.after for each in done.tables} == before
    assert done.kept is None
    with lake.reading(settings) as con:
        assert con.execute("select batch from ops.clock").fetchone() == (2,)


def test_what_lands_during_a_rebuild_makes_no_difference(settings: Settings) -> None:
    """The ingester goes on meanwhile; its news are not a fault of the rebuild, and are collected afterwards."""
    history(settings)

    def step(settings: Settings) -> None:
        settled(settings)
        land(settings, [count("3302", JULY, 9)])

    assert all(each.equal for each in rebuild.rebuild(settings, FAMILIES, [step]).tables)
    assert collect.pending(settings, COUNTS.name).rows == 2


def test_readers_and_writers_go_on_during_a_rebuild(settings: Settings) -> None:
    """The pipeline need not wait, sees no half-made lake, and what it collects is not lost with the old one."""
    history(settings)
    seen: list[int] = []

    def step(given: Settings) -> None:
        settled(given)
        if given.lake == settings.lake:
            return
        land(settings, [count("3302", JULY, 9)])
        if len(seen) < 2:
            seen.append(counted(settings))
            collect.pending(settings, COUNTS.name)
            settled(settings)
            seen.append(counted(settings))

    done = rebuild.rebuild(settings, FAMILIES, [step])
    assert seen == [5, 6]
    assert all(each.equal for each in done.tables)
    assert counted(settings) == 6
    with lake.reading(settings) as con:
        assert con.execute("select reported_count from silver.reported_count where post = '3302'").fetchall() == [(9,)]


def test_a_collect_that_began_before_the_swap_brings_each_event_once(settings: Settings) -> None:
    """It drafted from the old lake and commits into the new one, where other positions hold."""
    history(settings)
    land(settings, [count("3302", JULY, 9)])
    real = collect.bring
    rebuilt = iter([True])

    def bring(given: Settings, *others: object) -> collect.Collected:
        if given.lake == settings.lake and next(rebuilt, False):
            rebuild.rebuild(settings, FAMILIES, [settled])
        return real(given, *others)  # type: ignore[arg-type]  # passed on as they came

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(collect, "bring", bring)
        collect.pending(settings, COUNTS.name)
    assert counted(settings) == 6


def test_a_draft_of_the_old_lake_is_overtaken_in_the_new_one(settings: Settings) -> None:
    """It may have been made of less than the new lake holds, and would hide the rest."""
    history(settings)
    land(settings, [count("3302", JULY, 9)])
    collect.pending(settings, COUNTS.name)
    made = settle.draft(settings, TABLE)
    assert made
    rebuild.rebuild(settings, FAMILIES, [settled])
    with pytest.raises(Busy):
        settle.replace(settings, made)


def test_a_reader_that_outlives_its_lake_is_told_to_look_again(settings: Settings) -> None:
    """C8: it gets the old rows or an error that trying again heals, never rows of another lake."""
    history(settings)
    with pytest.raises(Busy, match="made anew"), lake.reading(settings) as con:  # noqa: PT012 - the reader reads on
        con.execute("select count(post) from bronze.crossing_count").fetchall()
        rebuild.rebuild(settings, FAMILIES, [settled])
        con.execute("COMMIT")
        con.execute("select post from silver.reported_count").fetchall()


def test_no_other_lake_comes_in_force_while_somebody_publishes(settings: Settings) -> None:
    """A publication looks twice at one snapshot, by its number; in another lake the number is another state."""
    history(settings)
    home, hurried = catalogue.home(settings), settings.model_copy(update={"lock_s": 0.02})
    with committer.held(catalogue.publication(settings), 1), pytest.raises(Busy, match="publish"):
        rebuild.rebuild(hurried, FAMILIES, [settled])
    assert catalogue.home(settings) == home


def test_two_rebuilds_do_not_meet(settings: Settings) -> None:
    """The second is told who holds the first, instead of making the same folder."""
    history(settings)

    def step(given: Settings) -> None:
        rebuild.rebuild(given.model_copy(update={"lock_s": 0.1}), FAMILIES, [])

    with pytest.raises(Busy, match=r"rebuild\.lock is held by pid"):
        rebuild.rebuild(settings, FAMILIES, [step])


def test_verdicts_and_vintages_outlive_a_rebuild(settings: Settings) -> None:
    """The landing cannot give them again; a snapshot of the old lake would name other rows in the new one."""
    history(settings)
    with lake.committing(settings, "judge and publish") as con:
        con.execute("insert into ops.verdict by name select 1 as batch, 'bronze' as layer, 'a rule' as rule")
        con.execute("insert into ops.vintage by name select 'V' as name, 3 as snapshot, '{}' as offsets")
    rebuild.rebuild(settings, FAMILIES, [settled])
    with lake.reading(settings) as con:
        assert con.execute("select batch, rule from ops.verdict").fetchall() == [(1, "a rule")]
        assert con.execute("select name, snapshot, offsets from ops.vintage").fetchall() == [("V", None, "{}")]
        assert con.execute("select min(batch) > 1 from ops.segment").fetchone() == (True,)


def test_an_old_lake_that_is_behind_is_brought_up_to_date_first(settings: Settings) -> None:
    """Otherwise every pending segment would read as a difference."""
    history(settings)
    land(settings, [count("3302", JULY, 9)])
    assert all(each.equal for each in rebuild.rebuild(settings, FAMILIES, [settled]).tables)


def test_a_lake_that_was_tampered_with_is_told_apart_and_kept(settings: Settings) -> None:
    """A figure changed by hand shows as a difference, and the evidence stays until somebody has looked at it."""
    history(settings)
    before = catalogue.home(settings)
    with lake.committing(settings, "by hand") as con:
        con.execute("update silver.reported_count set reported_count = 7 where post = '2304'")
    done = rebuild.rebuild(settings, FAMILIES, [settled])
    assert [each.equal for each in done.tables] == [True, False]
    assert done.kept == before / "1"
    assert {path.name for path in done.kept.iterdir()} >= {"catalog.sqlite", "data"}
    assert not (before / "catalog.sqlite").exists()
    with pytest.raises(OutputRefused, match="lake/1 holds the lake before"):
        rebuild.rebuild(settings, FAMILIES, [settled])
    shutil.rmtree(done.kept)
    assert all(each.equal for each in rebuild.rebuild(settings, FAMILIES, [settled]).tables)


def test_a_field_declared_since_is_no_difference(settings: Settings) -> None:
    """The first rebuild after an upgrade would otherwise call every old lake wrong."""
    history(settings)
    with lake.committing(settings, "as an earlier version left it") as con:
        con.execute("alter table bronze.crossing_count drop column source_repairs")
    done = rebuild.rebuild(settings, FAMILIES, [settled])
    assert all(each.equal for each in done.tables)
    assert done.kept is None


def test_a_damaged_lake_is_rebuilt_without_comparison(settings: Settings) -> None:
    """Files of the lake are lost, the landing is not: a rebuild is made for this (D6)."""
    history(settings)
    before = rebuild.hashes(settings)
    for path in catalogue.data(settings).glob("silver/**/*.parquet"):
        path.write_bytes(b"")
    done = rebuild.rebuild(settings, FAMILIES, [settled])
    assert {(each.layer, each.table): each.after for each in done.tables} == before
    assert not any(each.before for each in done.tables)
    assert done.kept


def test_a_lake_ahead_of_its_landing_is_rebuilt_and_kept(settings: Settings) -> None:
    """The landing came back from a backup of yesterday; what only the old lake holds is not thrown away."""
    history(settings)
    last = max(settings.landing.rglob("*.parquet"))
    last.unlink()
    done = rebuild.rebuild(settings, FAMILIES, [settled])
    assert done.kept
    assert counted(settings) == 2


def test_a_rebuild_that_fails_leaves_the_old_lake_in_place(settings: Settings) -> None:
    """An operator who interrupts it must be no worse off than before."""
    history(settings)
    before, home = rebuild.hashes(settings), catalogue.home(settings)
    calls = iter(range(2))

    def step(settings: Settings) -> None:
        if next(calls) == 1:
            raise KeyboardInterrupt
        settled(settings)

    with pytest.raises(KeyboardInterrupt):
        rebuild.rebuild(settings, FAMILIES, [step])
    assert rebuild.hashes(settings) == before
    assert catalogue.home(settings) == home
    assert not (settings.lake / "2").exists()


def test_a_rebuild_that_is_killed_leaves_the_old_lake_in_place(settings: Settings) -> None:
    """A power cut asks nobody; the next rebuild clears away what this one left and begins again."""
    history(settings)
    before = rebuild.hashes(settings)
    with subprocess.Popen([sys.executable, "-c", KILLED, str(settings.home)]) as process:
        assert process.wait(60) == -signal.SIGKILL
    assert (settings.lake / "2" / "catalog.sqlite").exists()
    assert rebuild.hashes(settings) == before
    assert all(each.equal for each in rebuild.rebuild(settings, FAMILIES, [settled]).tables)


def test_a_rebuild_does_not_swap_a_lake_under_a_commit(settings: Settings) -> None:
    """The lock lies beside the lake and is the same before and after, so two committers never meet."""
    history(settings)
    home = catalogue.home(settings)
    hurried = settings.model_copy(update={"lock_s": 0.2})
    with lake.committing(settings, "work"), pytest.raises(Busy):
        rebuild.rebuild(hurried, FAMILIES, [])
    assert catalogue.home(settings) == home


def test_a_rebuild_that_leaves_a_table_held_says_so(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    """Exit code 0 would tell a nightly job that all figures are there; its readers wait for a person."""
    monkeypatch.setenv("PUYANGO_HOME", str(settings.home))
    land(settings, [count("2606", JUNE, -1)])
    app = typer.Typer()
    command.register(app)
    found = CliRunner().invoke(app, []).exception
    assert isinstance(found, JudgementFailed)
    assert "bronze.crossing_count" in found.what
    assert found.exit_code == 1
    assert counted(settings) == 1
