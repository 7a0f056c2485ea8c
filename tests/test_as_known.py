"""Silver as it was known at a moment: the fold of settle over the beginning of each log, and nothing else."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import TYPE_CHECKING

import polars as pl
from polars.testing import assert_frame_equal

from streams import schema
from streams.families.crossing_count import CONTRACT as COUNTS
from tests.landed import CHAIN, START, count, land
from transforms import collect, lake, months, settle
from transforms.tables.reported_count import TABLE

if TYPE_CHECKING:
    from datetime import datetime

    import pytest

    from puyango.settings import Settings
    from streams.reading.log import Chain
    from tests.landed import Row
    from transforms.table import Table

JUNE, JULY = date(2019, 6, 1), date(2019, 7, 1)
EVER = START + timedelta(days=999)


def brought(settings: Settings, *rows: Row, partition: int = 0, chain: Chain = CHAIN) -> None:
    """Land ``rows``, collect and settle them."""
    land(settings, rows, partition=partition, chain=chain)
    collect.pending(settings, COUNTS.name)
    if made := settle.draft(settings, TABLE):
        settle.replace(settings, made)


def at(second: float) -> datetime:
    """Return a moment after the first append."""
    return START + timedelta(seconds=second)


def settled(settings: Settings) -> pl.DataFrame:
    """Return silver as it is, clocks and all."""
    with lake.reading(settings) as con:
        return con.sql("from silver.reported_count").pl().sort(TABLE.key)


def known(settings: Settings, as_of: datetime, asked: Table = TABLE) -> pl.DataFrame:
    """Return silver as it was known at ``as_of``."""
    with lake.reading(settings) as con:
        frames = list(settle.as_known(con, asked, as_of))
    return pl.concat([pl.DataFrame(schema=schema.columns(asked.fields)), *frames]).sort(asked.key)


def figures(rows: pl.DataFrame) -> list[tuple[object, ...]]:
    return rows.select("post", "period", "reported_count", "events_seen", "marks").rows()


def history(settings: Settings) -> list[pl.DataFrame]:
    """Bring late, repeated and conflicting counts in three steps; return silver after each."""
    steps = (
        [count("2606", JUNE, 5), count("2304", JULY, 6)],
        [count("2304", JULY, 6), count("2305", JULY, 1)],
        [count("2606", JUNE, 7)],
    )
    told = []
    for rows in steps:
        brought(settings, *rows)
        told.append(settled(settings))
    return told


def test_after_the_last_event_silver_is_known_as_it_is(settings: Settings) -> None:
    """Two ways to one table would be two truths; a fold of its own for the past would drift from settle."""
    *_, last = history(settings)
    assert_frame_equal(known(settings, EVER), last)


def test_before_an_event_silver_is_known_as_it_was_before_it_came(settings: Settings) -> None:
    """A figure quoted in June must be found again in December, whatever was corrected since (D6)."""
    first, second, last = history(settings)
    assert_frame_equal(known(settings, at(1)), first)
    assert_frame_equal(known(settings, at(3)), second)
    assert_frame_equal(known(settings, at(4)), last)
    assert figures(second)[-1] == ("2606", "2019-06", 5, 1, None)
    assert figures(last)[-1] == ("2606", "2019-06", 7, 2, "conflicting")


def test_the_moment_itself_is_included(settings: Settings) -> None:
    """C6 says known at or before; one microsecond decides, in every process alike."""
    brought(settings, count("2606", JUNE, 5), count("2606", JUNE, 7))
    assert known(settings, at(1))["reported_count"].to_list() == [7]
    assert known(settings, at(1) - timedelta(microseconds=1))["reported_count"].to_list() == [5]
    assert known(settings, START - timedelta(microseconds=1)).is_empty()


def test_what_was_known_does_not_grow_when_a_clock_goes_back(settings: Settings) -> None:
    """The second record claims an earlier moment than the first: who asked then had neither (K22)."""
    brought(settings, count("2606", JUNE, 5, known_at=at(60)), count("2606", JULY, 6, known_at=at(30)))
    brought(settings, count("2304", JULY, 1, known_at=at(45)), partition=1)
    assert figures(known(settings, at(50))) == [("2304", "2019-07", 1, 1, None)]
    assert_frame_equal(known(settings, at(60)), settled(settings))


def test_each_log_has_a_horizon_of_its_own(settings: Settings) -> None:
    """A topic made anew counts its offsets from nought: the end of one log says nothing about another."""
    brought(settings, count("2606", JUNE, 5), count("2606", JULY, 6, known_at=at(90)))
    anew = replace(CHAIN, topic_id="anew")
    brought(settings, *(count("2304", JUNE, value, known_at=at(60)) for value in (1, 1, 1)), chain=anew)
    assert figures(known(settings, at(60))) == [
        ("2304", "2019-06", 1, 3, "repeated"),
        ("2606", "2019-06", 5, 1, None),
    ]


def test_the_past_does_not_wait_for_settle_and_settles_nothing(settings: Settings) -> None:
    """What was known follows from bronze; asking for it must not move the ledger or the table."""
    brought(settings, count("2606", JUNE, 5))
    before = settled(settings)
    land(settings, [count("2606", JUNE, 7)])
    collect.pending(settings, COUNTS.name)
    assert known(settings, EVER)["reported_count"].to_list() == [7]
    assert_frame_equal(settled(settings), before)
    assert settle.draft(settings, TABLE) is not None


def test_the_past_comes_in_runs_of_whole_months(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    """Memory holds a bounded run of months; a month in two frames would be written over itself."""
    brought(settings, *(count(post, date(2019, month, 1), month) for month in range(1, 8) for post in ("2606", "2304")))
    whole = known(settings, at(11))
    monkeypatch.setattr(months.spans, "__defaults__", (3,))
    with lake.reading(settings) as con:
        frames = list(settle.as_known(con, TABLE, at(11)))
    found = [rows["period_first_day"].unique().to_list() for rows in frames]
    assert found == [*([date(2019, month, 1)] for month in range(1, 7)), []]
    assert_frame_equal(pl.concat(frames).sort(TABLE.key), whole)


def test_a_table_that_looks_ahead_sees_no_further_than_the_moment(settings: Settings) -> None:
    """The exit that ends a stay was not known when the entry was."""
    brought(settings, count("2606", JUNE, 5), count("2606", JULY, 7))
    ahead = replace(TABLE, reach=40)
    assert figures(known(settings, START, ahead)) == [("2606", "2019-06", 5, 1, None)]
    assert_frame_equal(known(settings, EVER, ahead), settled(settings))


def test_of_a_family_that_never_came_nothing_was_known(settings: Settings) -> None:
    """A lake without the table is no error: the answer is nothing."""
    lake.create(settings)
    assert known(settings, EVER).is_empty()
