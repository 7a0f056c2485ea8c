"""Figures as they were known, and vintages made again: beside the lake, never in it."""

from __future__ import annotations

import shutil
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING

import pytest

from puyango.errors import InputUnfit, UsageRefused
from puyango.settings import Settings
from streams.families.crossing_count import CONTRACT as COUNTS
from streams.families.trade_report import CONTRACT as TRADE
from tests.landed import count
from tests.published import asked, bring, held, line, published, refine
from transforms import lake, rebuild
from warehouse import archive, digest, look, moment, proof, publish, register, remaking

if TYPE_CHECKING:
    from pathlib import Path

JUNE = date(2019, 6, 1)
NOW = datetime(2026, 6, 1, tzinfo=UTC)
FIRST, LAST = datetime(2026, 1, 1, 0, 0, 1, tzinfo=UTC), datetime(2026, 1, 1, 0, 0, 3, tzinfo=UTC)
COUNTED = "select post, vehicle_reported_count from vehicle_reported_count order by post"


@pytest.fixture(scope="module")
def story(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a home with two vintages."""
    settings = Settings(home=tmp_path_factory.mktemp("story") / "home")
    published(settings, [count("2606", JUNE, 100), count("2304", JUNE, 50)])
    published(settings, [count("2606", JUNE, 110), count("2402", JUNE, 7)])
    return settings.home


@pytest.fixture
def told(story: Path, tmp_path: Path) -> Settings:
    """Return the settings of a copy of the story."""
    shutil.copytree(story, tmp_path / "home", symlinks=True)
    return Settings(home=tmp_path / "home")


def snapshots(settings: Settings) -> list[tuple[object, ...]]:
    with lake.reading(settings) as con:
        return con.execute("select snapshot_id from lake.snapshots()").fetchall()


def test_figures_are_shown_as_they_were_known_at_any_moment(told: Settings) -> None:
    """A decision of January is judged by what was known in January (D6)."""
    before, mart = snapshots(told), told.mart.read_bytes()
    first, last = (remaking.as_of(told, at, NOW) for at in (FIRST, LAST))
    assert asked(first.mart, COUNTED) == [("2304", 50), ("2606", 100)]
    assert asked(last.mart, COUNTED) == [("2304", 50), ("2402", 7), ("2606", 110)]
    assert [digest.of_file(each.mart) for each in (first, last)] == [each.figures for each in register.read(told)]
    assert asked(first.mart, "select kind, vintage, as_of from about") == [("as_of", None, FIRST.replace(tzinfo=None))]
    assert first.folder == told.home / "as-of" / "20260101T000001Z"
    assert (snapshots(told), told.mart.read_bytes()) == (before, mart)


def test_silver_of_a_moment_lies_in_parquet_and_is_replaced_whole(told: Settings) -> None:
    """Asking twice leaves what asking once leaves."""
    for _ in range(2):
        made = look.settled_as_of(told, FIRST, NOW, ["reported_count"])
    silver = made.silver["reported_count"]
    assert (silver.rows, silver.days) == (2, (JUNE,))
    assert [file.relative_to(made.folder).parts[:2] for file in silver.files] == [("silver", "reported_count")]
    assert sorted(path.name for path in made.folder.iterdir()) == ["silver"]


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("2026-02-30", "is no moment"),
        ("2026-03-01 10:00", "lacks a zone"),
        ("yesterday", "is no moment"),
        ("", "is no moment"),
        ("2026-03-01T10:00:00+25:00", "is no moment"),
        ("0001-01-01T00:00:00+05:00", "is no moment"),
        ("9999-12-31T23:00:00-05:00", "is no moment"),
        ("2026-W09-7", "is no moment"),
        ("2026-03-01x10:00:00-05:00", "is no moment"),
        ("20260301", "is no moment"),
    ],
)
def test_what_is_no_moment_is_refused_with_the_form(text: str, named: str) -> None:
    """O11: a zone that is guessed is five hours wrong in Lima."""
    with pytest.raises(UsageRefused, match=named) as refused:
        moment.moment(text)
    assert "an instant with its zone" in refused.value.remedy


def test_a_moment_may_have_any_zone_and_a_day_is_its_end_in_utc() -> None:
    """Whoever says a day means all of it."""
    assert moment.moment("2026-03-01T10:00:00-05:00") == datetime(2026, 3, 1, 15, tzinfo=UTC)
    assert moment.moment("20260301T150000Z") == datetime(2026, 3, 1, 15, tzinfo=UTC)
    assert moment.moment("2026-03-01") == datetime(2026, 3, 1, 23, 59, 59, 999_999, tzinfo=UTC)


@pytest.mark.parametrize(
    ("at", "named"),
    [(NOW.replace(year=2027), "in the future"), (FIRST.replace(year=2025), "before anything was known")],
)
def test_a_moment_that_cannot_be_told_is_refused_with_the_range(told: Settings, at: datetime, named: str) -> None:
    """An empty mart would look like a country without trade."""
    with pytest.raises(UsageRefused, match=named) as refused:
        remaking.as_of(told, at, NOW)
    assert "from 2026-01-01T00:00:00Z to 2026-01-01T00:00:03Z" in refused.value.remedy


def test_nothing_was_ever_known_in_an_empty_lake(settings: Settings) -> None:
    """Somebody will type it first."""
    lake.create(settings)
    with pytest.raises(InputUnfit, match="nothing was ever known"):
        remaking.as_of(settings, FIRST, NOW)


def test_every_vintage_is_made_again_from_its_events_and_from_its_snapshot(told: Settings) -> None:
    """A published number is reproducible for ever (I9)."""
    for each in register.read(told):
        made = remaking.remade(told, each)
        assert made.ways == {"events": each.figures, "snapshot": each.figures}
        assert (made.equal, made.same_program) == (True, True)
        assert asked(made.path, "select kind, vintage from about") == [("remade", each.name)]


def test_vintages_outlive_the_lake_that_they_were_made_from(told: Settings) -> None:
    """A lake made anew has other snapshots; events and offsets are the same."""
    rebuild.rebuild(told, [COUNTS.name], [refine])
    for each in register.read(told):
        assert remaking.remade(told, each).ways == {"events": each.figures}


def test_a_lost_mart_comes_back_if_it_says_the_same(told: Settings) -> None:
    """V4: what was published and got lost is made again, or not at all."""
    (first, _) = register.read(told)
    archive.path(told, first).unlink()
    assert len(proof.faults(told)) == 1
    remaking.remade(told, first)
    assert proof.faults(told) == []


def test_what_stood_still_in_a_vintage_stands_still_when_it_is_made_again(settings: Settings) -> None:
    """The events of a held table had arrived; its vintage shows what was published before."""
    bring(settings, [line("50.00")], TRADE)
    published(settings, [count("2304", JUNE, 50)])
    held(settings, "silver", "reported_trade")
    bring(settings, [line("70.00")], TRADE)
    made = publish.publish(settings)
    assert made.standing["trade_value_usd"] == made.previous
    assert set(remaking.remade(settings, made).ways.values()) == {made.figures}
