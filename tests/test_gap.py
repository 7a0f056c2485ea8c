"""Gaps: what the log has lost is passed over by a person, in the open, and nothing else ever is."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from itertools import chain
from typing import TYPE_CHECKING

import polars as pl
import pytest
from hypothesis import given
from hypothesis import settings as bounded
from hypothesis import strategies as st

from expectations import gate
from puyango.errors import Busy, OperatorNeeded, UsageRefused
from puyango.settings import Settings
from streams import gap
from streams.gap import Declaration, declare, declared
from streams.landing import Landing
from tests.ingested import CONTRACT, PLACE, filled, gaps, good, land, rows
from transforms import collect, lake

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from streams.reading.memory_log import MemoryLog
    from streams.segments.segment import Segment

SAID = Declaration(0, 0, 7, gap.EXPIRED, "ana", "retention was 7 days", datetime(2026, 11, 24, tzinfo=UTC))


def never(_: int) -> bool:
    return False


def passed(
    log: MemoryLog, settings: Settings, said: Declaration = SAID, readable: Callable[[int], bool] = never
) -> Segment:
    """Declare what ``said`` says."""
    return declare(CONTRACT, log, Landing(settings.landing), said, readable)


def expired(records: int, before: int) -> MemoryLog:
    """Return a log of ``records`` records that lost those ``before`` an offset."""
    log = filled(map(good, range(records)))
    log.expire(PLACE, before)
    return log


def test_the_stop_names_the_command_that_lifts_it(settings: Settings) -> None:
    """E38: whoever is paged at night copies one line."""
    log = expired(20, 7)
    with pytest.raises(OperatorNeeded) as stopped:
        land(log, settings)
    assert stopped.value.code == "data_expired"
    assert "puyango gap declare crossing_count:0 0 7 --because expired --reason" in stopped.value.remedy
    passed(log, settings)
    land(log, settings)
    assert gaps(settings) == {(0, offset) for offset in range(7)}
    assert rows(settings)["offset"].to_list() == list(range(7, 20))


@bounded(deadline=None, max_examples=25)
@given(data=st.data())
def test_every_offset_is_a_row_or_in_the_gap_whatever_had_landed(data: st.DataObject, tmp_path_factory: object) -> None:
    """I1: produced = good + refused + gaps, whenever retention strikes."""
    landed, after = data.draw(st.integers(0, 12)), data.draw(st.integers(1, 12))
    lost = data.draw(st.integers(1, after))
    home: Path = tmp_path_factory.mktemp("gap")  # type: ignore[attr-defined]  # pytest's factory
    settings = Settings(home=home / "home", keys=home / "keys", segment_rows=5)
    log = filled(map(good, range(landed)))
    land(log, settings)
    log.append(PLACE, [good(number) for number in range(landed, landed + after)])
    log.expire(PLACE, landed + lost)
    segment = passed(log, settings, replace(SAID, first=landed, next=landed + lost))
    land(log, settings)
    assert (segment.rows, segment.gap_offsets) == (0, lost)
    offsets = [*rows(settings)["offset"], *(offset for _, offset in gaps(settings))]
    assert sorted(offsets) == list(range(landed + after))
    walked = Landing(settings.landing).segments(CONTRACT.name)
    assert {(one.first, one.next) for one in walked} >= {(landed, landed + lost)}


def test_the_footer_keeps_who_declared_it_and_why(settings: Settings) -> None:
    """S21: it lies in the chain, so no later hand can take it out unseen."""
    passed(expired(9, 7), settings)
    [(segment, said)] = declared(Landing(settings.landing), CONTRACT.name)
    assert (segment.first, segment.next, segment.gaps[0].reason) == (0, 7, "expired")
    assert said == {
        "declared_by": "ana",
        "declared_at": "2026-11-24T00:00:00+00:00",
        "declared_reason": "retention was 7 days",
    }


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"next": 8}, r"these offsets are there, or not written yet: 7 to 7"),
        ({"next": 30}, r"these offsets are there, or not written yet: 7 to 19"),
        ({"first": 3}, "has landed up to 0, not 3"),
        ({"next": 0}, "no offset lies from 0 up to 0"),
        ({"partition": 4}, "partition 4 of puyango.crossing_count.v1 does not exist"),
        ({"because": "tired"}, "'tired' is no cause of a gap"),
        ({"reason": " "}, "a gap needs a person and a reason"),
        ({"person": ""}, "a gap needs a person and a reason"),
        ({"because": "corrupt_batch"}, "the offsets 0 to 6 have expired"),
    ],
)
def test_what_is_there_is_not_hidden_behind_a_gap(settings: Settings, change: dict[str, object], told: str) -> None:
    """E29 and O29: exit code 2, and nothing is written."""
    with pytest.raises(UsageRefused, match=told):
        passed(expired(20, 7), settings, replace(SAID, **change))  # type: ignore[arg-type]
    assert not settings.landing.exists() or not list(settings.landing.rglob("*.parquet"))


def test_a_log_that_lost_nothing_has_no_gap(settings: Settings) -> None:
    """The remedy of a tired operator must not be to declare away a backlog."""
    log = filled(map(good, range(20)))
    for because in gap.CAUSES:
        with pytest.raises(UsageRefused, match="these offsets are there"):
            passed(log, settings, replace(SAID, because=because), lambda _: True)


@pytest.mark.parametrize(("next_", "told"), [(2, "the damage goes on up to 3"), (5, "these offsets are there.*4 to 4")])
def test_a_gap_over_damage_ends_where_the_damage_does(settings: Settings, next_: int, told: str) -> None:
    """Neither a readable record is passed over, nor is the operator sent back into the same batch."""
    log = filled(map(good, range(9)))
    said = replace(SAID, because=gap.CORRUPT)
    with pytest.raises(UsageRefused, match=told):
        passed(log, settings, replace(said, next=next_), lambda offset: offset >= 4)
    assert passed(log, settings, replace(said, next=4), lambda offset: offset >= 4).next == 4


def test_damage_up_to_the_end_of_the_log_is_a_gap_up_to_there(settings: Settings) -> None:
    """What comes after has not been written yet."""
    log = filled(map(good, range(9)))
    assert passed(log, settings, replace(SAID, next=9, because=gap.CORRUPT)).next == 9
    log.append(PLACE, [good(9)])
    land(log, settings)
    assert rows(settings)["offset"].to_list() == [9]


def test_a_readable_record_between_two_damaged_ones_is_never_passed_over(settings: Settings) -> None:
    """A look at both ends alone would miss it."""
    log = filled(map(good, range(9)))
    with pytest.raises(UsageRefused, match="these offsets are there"):
        passed(log, settings, replace(SAID, next=9, because=gap.CORRUPT), lambda offset: offset == 4)


def test_an_ingester_that_lands_meanwhile_wins(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    """The name is the lock for a person as for a program."""
    log, landing = expired(20, 7), Landing(settings.landing)
    passed(log, settings)
    first = chain([0], iter(lambda: 7, None))
    monkeypatch.setattr(Landing, "next_offset", lambda *_: next(first))
    with pytest.raises(Busy, match="has landed further meanwhile"):
        declare(CONTRACT, log, landing, replace(SAID, reason="another"), never)


def test_a_topic_made_anew_has_no_gap_until_it_is_accepted(settings: Settings) -> None:
    """Offsets of one log say nothing of another."""
    log = filled([good(1)])
    land(log, settings)
    log.create(CONTRACT.topic, topic_id="second")
    with pytest.raises(OperatorNeeded) as stopped:
        passed(log, settings)
    assert stopped.value.code == "topic_recreated"


def test_a_gap_is_collected_and_the_equation_holds(settings: Settings) -> None:
    """Downstream a declared gap is an account that balances, not a hole."""
    log = expired(20, 7)
    passed(log, settings)
    land(log, settings)
    assert collect.pending(settings, CONTRACT.name).rows == 13
    gate.bronze(settings, CONTRACT.name)
    with lake.reading(settings) as con:
        assert con.execute("select sum(rows), sum(gap_offsets) from ops.segment").fetchall() == [(13, 7)]
        held = con.execute("select * from ops.held").fetchall()
    assert held == []
    assert pl.Series([segment.next for segment in Landing(settings.landing).segments(CONTRACT.name)]).is_sorted()
