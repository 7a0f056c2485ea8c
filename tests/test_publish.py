"""Publication: a vintage stands for ever, whatever happens to whoever publishes."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING

import duckdb
import pytest

from puyango.errors import Busy, InputUnfit
from puyango.settings import Settings
from streams.families.crossing_count import CONTRACT as COUNTS
from streams.families.trade_report import CONTRACT as TRADE
from tests.landed import count, land
from tests.published import asked, bring, freed, held, line, published
from transforms import catalogue, collect, committer, lake, ops, settle
from transforms.tables.reported_count import TABLE
from warehouse import archive, proof, publish, register
from warehouse.readiness import NotReady
from warehouse.vintage import Vintage, named

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path
from tests.published import JULY, JUNE

MONEY = date(2022, 1, 1)
KILLED = 137
RUN = """
import os, sys
from pathlib import Path
from puyango.settings import Settings
from warehouse import publish

left = int(sys.argv[2])
armed = False

def die(event, arguments):
    global left
    written = event == "open" and isinstance(arguments[2], int) and arguments[2] & (os.O_WRONLY | os.O_RDWR)
    if armed and (event in {"os.rename", "os.link"} or written):
        left -= 1
        if left == 0:
            os._exit(137)

sys.addaudithook(die)
settings = Settings(home=Path(sys.argv[1]))
armed = True
print(publish.publish(settings).name)
"""


def counts(settings: Settings) -> list[tuple[object, ...]]:
    """Return the published counts by post."""
    return asked(settings.mart, "select post, vehicle_reported_count from vehicle_reported_count order by post")


def started(settings: Settings, die_at: int = 0) -> subprocess.Popen[str]:
    """Publish in another process, which dies at that operation on a file."""
    program = [sys.executable, "-c", RUN, str(settings.home), str(die_at)]
    return subprocess.Popen(program, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def test_a_vintage_says_what_it_was_made_from(told: Settings) -> None:
    """A figure that is questioned in a year must lead back to events, snapshot and program (I9)."""
    (first,) = register.read(told)
    made = publish.publish(told)
    assert (first.name, made.name) == ("2026-01-01T00:00:01Z-01", "2026-01-01T00:00:03Z-01")
    assert (made.previous, made.as_of) == (first.name, datetime(2026, 1, 1, 0, 0, 3, tzinfo=UTC))
    assert [list(each.offsets[COUNTS.name].values()) for each in (first, made)] == [[{"0": 2}], [{"0": 4}]]
    assert made.code_version.startswith("0.")
    assert made.verdicts == {"passed": 1, "warned": 0, "stopped": 0}
    about = "select kind, vintage, previous, code_version, lake_snapshot from about"
    assert asked(told.mart, about) == [("publication", made.name, first.name, made.code_version, made.snapshot)]
    with lake.reading(told) as con:
        rows = con.execute("select name, snapshot, offsets from ops.vintage order by as_of").fetchall()
    assert [row[:2] for row in rows] == [(each.name, each.snapshot) for each in (first, made)]
    assert json.loads(rows[1][2]) == made.offsets
    assert register.read(told) == [first, made]


def test_what_did_not_change_is_not_published_again(told: Settings) -> None:
    """A timetable that fires every hour must not make a vintage every hour (I7)."""
    made = publish.publish(told)
    before = {path: path.stat().st_mtime_ns for path in told.home.rglob("*") if path.suffix in {".jsonl", ".duckdb"}}
    assert publish.publish(told) == made
    with lake.committing(told, "test: another commit that changes nothing") as con:
        ops.advance(con)
    assert publish.publish(told) == made
    after = {path: path.stat().st_mtime_ns for path in told.home.rglob("*") if path.suffix in {".jsonl", ".duckdb"}}
    assert after == before


def test_the_mart_of_each_vintage_stays_and_the_published_one_is_the_last(told: Settings) -> None:
    """An economist asks for a figure as it was published, after it was revised."""
    (first,) = register.read(told)
    assert counts(told) == [("2304", 50), ("2606", 100)]
    made = publish.publish(told)
    revised = [("2304", 50), ("2402", 7), ("2606", 110)]
    assert counts(told) == revised
    query = "select post, vehicle_reported_count from vehicle_reported_count order by post"
    assert asked(archive.kept(told, first), query) == [("2304", 50), ("2606", 100)]
    assert archive.kept(told, made).samefile(told.mart)
    assert told.mart.stat().st_mode & 0o222 == 0


def test_an_open_reader_keeps_its_version_and_the_next_one_sees_the_new(told: Settings) -> None:
    """Nobody waits for a publication, and nobody sees half of one."""
    query = "select max(vehicle_reported_count) from vehicle_reported_count"
    with duckdb.connect(str(told.mart), read_only=True) as reader:
        publish.publish(told)
        assert reader.execute(query).fetchall() == [(100,)]
    assert asked(told.mart, query) == [(110,)]


def test_a_publication_that_fails_leaves_the_old_mart(told: Settings) -> None:
    """An old figure that is whole is better than none."""
    before = told.mart.read_bytes()
    told.lake.rename(told.lake.with_name("elsewhere"))
    with pytest.raises(InputUnfit):
        publish.publish(told)
    assert told.mart.read_bytes() == before


def unjudged(settings: Settings) -> None:
    land(settings, [count("2304", JULY, 9)])
    collect.pending(settings, COUNTS.name)


def unsettled(settings: Settings) -> None:
    unjudged(settings)
    with lake.committing(settings, "test: judged") as con:
        con.execute("update ops.verdict set batch = batch + 100")


def unbuilt(settings: Settings) -> None:
    unsettled(settings)
    if made := settle.draft(settings, TABLE):
        settle.replace(settings, made)


@pytest.mark.parametrize(
    ("news", "named", "remedy"),
    [
        (unjudged, "crossing_count were collected and not judged", "puyango collect"),
        (unsettled, r"silver.reported_count: 1 days \(2019-07-01\) to be settled", "puyango settle"),
        (unbuilt, r"gold.\w+: 1 periods \(2019-07-01\) to be built", "puyango build"),
    ],
)
def test_nothing_is_published_while_something_collected_is_not_in_the_figures(
    told: Settings, news: Callable[[Settings], None], named: str, remedy: str
) -> None:
    """Half of a correction is a figure that never was true."""
    news(told)
    with pytest.raises(NotReady, match=named) as refused:
        publish.publish(told)
    assert remedy in refused.value.remedy
    assert refused.value.exit_code == 75
    assert counts(told) == [("2304", 50), ("2606", 100)]
    assert len(register.read(told)) == 1


def test_a_held_table_keeps_what_was_published_and_everything_else_is_published(settings: Settings) -> None:
    """Critical failures stop publication of that table and all that reads it, and nothing else (D8)."""
    bring(settings, [line("50.00", "84")], TRADE)
    first = published(settings, [count("2304", JUNE, 50)])
    bring(settings, [line("70.00", "84")], TRADE)
    held(settings, "silver", "reported_trade")
    made = published(settings, [count("2304", JUNE, 60)])
    assert counts(settings) == [("2304", 60)]
    assert [str(value) for (value,) in asked(settings.mart, "select trade_value_usd from trade_value_usd")] == ["50.00"]
    about = "select held, figures_of from catalogue where indicator = ?"
    for reader in ("trade_value_usd", "trade_product_hhi"):
        assert asked(settings.mart, about, [reader]) == [("silver.reported_trade: totals differ", first.name)]
    assert asked(settings.mart, about, ["vehicle_reported_count"]) == [(None, made.name)]
    assert made.held == ["silver.reported_trade: totals differ"]
    assert set(made.changes) == {"vehicle_reported_count"}
    freed(settings)
    later = publish.publish(settings)
    assert [str(value) for (value,) in asked(settings.mart, "select trade_value_usd from trade_value_usd")] == ["70.00"]
    assert later.changes["trade_value_usd"] == {"rectified": 1}


def test_what_was_never_published_and_is_held_shows_what_last_passed(settings: Settings) -> None:
    """A first publication must not wait for a table that broke yesterday; its readers are told."""
    bring(settings, [line("50.00", "84")], TRADE)
    held(settings, "gold", "trade_value_usd")
    made = published(settings, [count("2304", JUNE, 60)])
    about = "select held, figures_of from catalogue where indicator = 'trade_value_usd'"
    assert asked(settings.mart, about) == [("gold.trade_value_usd: totals differ", None)]
    assert asked(settings.mart, "select count(*) from trade_value_usd") == [(1,)]
    assert made.standing["trade_product_hhi"] == ""


def test_a_lake_that_knows_less_than_was_published_publishes_nothing(told: Settings) -> None:
    """A catalogue restored from yesterday would take figures back that everybody has seen (C6)."""
    saved = told.home.with_name("saved")
    shutil.copytree(told.lake, saved, symlinks=True)
    with lake.committing(told, "test: forget") as con:
        con.execute("update ops.position set next_offset = 1")
    with pytest.raises(InputUnfit, match=r"collected up to 1, but 2026-01-01T00:00:01Z-01 was made up to 2"):
        publish.publish(told)
    shutil.rmtree(told.lake)
    saved.rename(told.lake)
    assert publish.publish(told).previous


def test_killed_anywhere_a_reader_sees_the_old_or_the_new_and_the_next_run_completes(
    told: Settings, tmp_path: Path
) -> None:
    """V1: a power cut in the middle must not leave a figure that is in one place and not in the other."""
    died = 3  # before it takes the lock, and while it sees that the published mart is the last one, nothing has begun
    while True:
        died += 1
        home = tmp_path / f"death {died}"
        shutil.copytree(told.home, home, symlinks=True)
        again = Settings(home=home)
        with started(again, died) as run:
            _, said = run.communicate(timeout=120)
        assert run.returncode in {0, KILLED}, said
        assert counts(again) in ([("2304", 50), ("2606", 100)], [("2304", 50), ("2402", 7), ("2606", 110)])
        assert publish.publish(again).name == "2026-01-01T00:00:03Z-01"
        assert [each.name for each in register.read(again)] == ["2026-01-01T00:00:01Z-01", "2026-01-01T00:00:03Z-01"]
        assert proof.faults(again) == []
        assert len(list(archive.folder(again).glob("*.duckdb"))) == 2
        if run.returncode == 0:
            break
        shutil.rmtree(home)
    assert died > 9


def test_of_two_publications_at_once_both_end_with_one_vintage(told: Settings) -> None:
    """V3: two people, or a person and the timetable, press the button together."""
    with started(told) as one, started(told) as other:
        names = {run.communicate(timeout=120)[0].split()[-1] for run in (one, other)}
    assert (one.returncode, other.returncode, names) == (0, 0, {"2026-01-01T00:00:03Z-01"})
    assert len(register.read(told)) == 2


def test_who_waits_too_long_for_another_publication_is_told_who_it_is(told: Settings) -> None:
    """Nothing hangs: exit code 75 and a name."""
    hurried = told.model_copy(update={"lock_s": 0.1})
    with committer.held(catalogue.publication(told), 1), pytest.raises(Busy, match="held by pid"):
        publish.publish(hurried)


def test_vintages_of_one_second_have_numbers() -> None:
    """A method that changes between two events gives two vintages of the same knowledge."""
    at = datetime(2026, 11, 24, 12, 0, 0, 900_000, tzinfo=UTC)
    assert named(at, []) == "2026-11-24T12:00:00Z-01"
    assert named(at, ["2026-11-24T12:00:00Z-01", "2026-11-24T11:00:00Z-01"]) == "2026-11-24T12:00:00Z-02"


def test_a_lake_without_events_has_nothing_to_publish(settings: Settings) -> None:
    """Somebody will type publish first."""
    lake.create(settings)
    with pytest.raises(InputUnfit, match="nothing to publish"):
        publish.publish(settings)


def test_a_vintage_is_told_and_read_back_alike(told: Settings) -> None:
    """What JSON cannot hold would be forgotten by the register."""
    (first,) = register.read(told)
    assert Vintage.of(json.loads(json.dumps(first.facts()))) == first
    assert first.folder == "20260101T000001Z-01"
