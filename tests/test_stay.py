"""Stays: an entry and the same person's next exit, whatever days are settled together."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING

import polars as pl
from hypothesis import given
from hypothesis import settings as bounded
from hypothesis import strategies as st

from streams import schema
from transforms import bronze, settle
from transforms.tables.stay import HORIZON_DAYS, READS, TABLE

if TYPE_CHECKING:
    from collections.abc import Sequence

MARCH = date(2024, 3, 1)
Record = tuple[str, int, int, str]
"""Direction, day of March (from 0), hour of that day in local time, traveller."""


def stays(records: Sequence[Record]) -> pl.DataFrame:
    """Return the stays of these records, in the order of entry."""
    rows = [
        {
            "administration": "EC",
            "event_id": f"{number:03d}",
            "source": "register",
            "coverage": "full",
            "crossing_day": MARCH + timedelta(days=day),
            "crossed_at": datetime(2024, 3, 1, tzinfo=UTC) + timedelta(days=day, hours=hour + 5),
            "direction": direction,
            "post": "huaquillas" if direction == "entry" else "macara",
            "mode": "road",
            "nationality": "PE",
            "traveller_token": traveller or None,
            "anchor_day": MARCH + timedelta(days=day),
            "known_at": datetime(2024, 9, 1, tzinfo=UTC) + timedelta(seconds=number),
            "chain": "chain",
            "partition": 0,
            "offset": number,
        }
        for number, (direction, day, hour, traveller) in enumerate(records)
    ]
    events = pl.LazyFrame(rows, schema=bronze.columns(READS))
    return settle.whole(events, TABLE).collect()


def told(records: Sequence[Record]) -> list[tuple[str, int | None]]:
    return stays(records).sort("crossing_day", "event_id").select("outcome", "nights").rows()


def test_vectors_19_and_20_nights_are_local_days() -> None:
    """In on 1 March at 22:30 and out on 2 March at 6:00 is one night; in at 8:00 and out at 23:30 is none."""
    assert told([("entry", 0, 22, "a"), ("exit", 1, 6, "a")]) == [("left", 1)]
    assert told([("entry", 0, 8, "a"), ("exit", 0, 23, "a")]) == [("left", 0)]


def test_vector_21_an_entry_ends_with_the_next_exit_before_any_further_entry() -> None:
    """Stays of 2 and 0 nights, the entry of 5 March closed by none, the exit of 12 March of nobody's stay."""
    days = [("entry", 1), ("exit", 3), ("entry", 5), ("entry", 9), ("exit", 9), ("exit", 12)]
    found = stays([(direction, day, number, "a") for number, (direction, day) in enumerate(days)])
    assert found.select("outcome", "nights", "bound_nights").rows() == [
        ("left", 2, None),
        ("reentered", None, 4),
        ("left", 0, None),
    ]
    assert found["exit_post"].to_list() == ["macara", None, "macara"]
    assert found["exit_event_id"].to_list() == ["001", None, "004"]


def test_people_without_a_document_have_no_stay_and_two_people_are_not_one() -> None:
    """A match by nothing would close every stay at the first exit of anybody."""
    assert told([("entry", 0, 8, ""), ("exit", 1, 8, "")]) == []
    assert told([("entry", 0, 8, "a"), ("exit", 1, 8, "b")]) == [("open", None)]


def test_what_is_recorded_first_decides_not_what_arrived_first() -> None:
    """An exit that was sent before its entry ends it all the same."""
    assert told([("exit", 2, 8, "a"), ("entry", 0, 8, "a")]) == [("left", 2)]


def test_an_exit_beyond_the_horizon_closes_nothing() -> None:
    """P10: it is a missed exit and another stay's."""
    assert told([("entry", 0, 8, "a"), ("exit", HORIZON_DAYS, 8, "a")]) == [("left", HORIZON_DAYS)]
    assert told([("entry", 0, 8, "a"), ("exit", HORIZON_DAYS + 1, 8, "a")]) == [("open", None)]


def test_a_stay_is_known_when_its_exit_is() -> None:
    """A figure as it was known the day before had the stay open."""
    (known,) = stays([("entry", 0, 8, "a"), ("exit", 1, 8, "a")])["known_at"]
    assert known == datetime(2024, 9, 1, 0, 0, 1, tzinfo=UTC)


RECORDS = st.tuples(
    st.sampled_from(["entry", "exit"]), st.integers(0, 400), st.integers(0, 23), st.sampled_from(["a", "b", ""])
)


@bounded(max_examples=60, deadline=None)
@given(records=st.lists(RECORDS, max_size=12))
def test_a_day_is_the_same_whatever_is_settled_with_it(records: list[Record]) -> None:
    """Kills: matching with an exit that only a longer reach would see, or with one before the entry."""
    whole = stays(records)
    for day in whole["crossing_day"].unique():
        seen = [record for record in records if 0 <= (MARCH + timedelta(days=record[1]) - day).days <= TABLE.reach]
        alone = stays(seen).filter(crossing_day=day)
        names = ["crossing_day", "outcome", "nights", "bound_nights"]
        expected = whole.filter(crossing_day=day)
        assert sorted(alone.select(names).rows(), key=str) == sorted(expected.select(names).rows(), key=str)
    assert whole.schema == pl.Schema(schema.columns(TABLE.fields))
