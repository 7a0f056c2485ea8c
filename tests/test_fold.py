"""Folding events into things: the last in a total order, whatever order they come in."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from itertools import permutations

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from polars.testing import assert_frame_equal

from streams.contract import Field
from transforms import fold

KNOWN = datetime(2026, 1, 1, tzinfo=UTC)
DAY, NEXT_DAY = date(2025, 12, 1), date(2025, 12, 2)
SCHEMA = {
    "thing": pl.String(),
    "edition": pl.Int64(),
    "value": pl.Int64(),
    "known_at": pl.Datetime("us", "UTC"),
    "chain": pl.String(),
    "partition": pl.Int32(),
    "offset": pl.Int64(),
    "anchor_day": pl.Date(),
    "marks": pl.String(),
}
FIELDS = (
    Field("post", "code", "A post.", reference="posts"),
    Field("partner", "code", "A partner.", reference="countries"),
    Field("free", "code", "Nobody lists these."),
)


def event(offset: int, thing: str, value: int | None, edition: int = 0, **others: object) -> dict[str, object]:
    return {
        "thing": thing,
        "edition": edition,
        "value": value,
        "known_at": KNOWN + timedelta(seconds=offset),
        "chain": "chain",
        "partition": 0,
        "offset": offset,
        "anchor_day": DAY,
        "marks": None,
        **others,
    }


def folded(events: list[dict[str, object]], edition: str = "") -> pl.DataFrame:
    frame = pl.LazyFrame(events, schema=SCHEMA)
    return fold.current(frame, ("thing",), edition, ("value",)).collect()


def seen(events: list[dict[str, object]], edition: str = "") -> list[tuple[object, ...]]:
    return folded(events, edition).select("thing", "value", "events_seen", "values_seen", "marks").rows()


def test_the_same_event_again_is_one_thing_marked_repeated() -> None:
    """BTS printed ten rows of June 2019 twice (CC3); counted twice they are traffic that never was."""
    assert seen([event(0, "a", 7), event(1, "a", 7)]) == [("a", 7, 2, 1, "repeated")]


def test_two_values_of_one_thing_are_conflicting_and_the_last_stands() -> None:
    """Sasabe, February 2021, has 2175 and 0 (CC2): neither may vanish without a trace."""
    assert seen([event(0, "a", 2175), event(1, "a", 0)]) == [("a", 0, 2, 2, "conflicting")]
    assert seen([event(0, "a", 0), event(1, "a", 2175)]) == [("a", 2175, 2, 2, "conflicting")]


def test_an_absent_value_is_a_value() -> None:
    """A weight that one message gives and the next leaves out is a contradiction, not a repetition."""
    assert seen([event(0, "a", 5), event(1, "a", None)]) == [("a", None, 2, 2, "conflicting")]
    assert seen([event(0, "a", None), event(1, "a", None)]) == [("a", None, 2, 1, "repeated")]


def test_a_thing_seen_once_has_no_mark() -> None:
    """Marks are for what a reader must know; on every row they would say nothing."""
    assert seen([event(0, "b", 1), event(1, "a", 2)]) == [("a", 2, 1, 1, None), ("b", 1, 1, 1, None)]


def test_a_later_edition_is_neither_repeated_nor_conflicting() -> None:
    """A rectification is the normal life of a declaration; marked as a conflict it would drown the real ones."""
    events = [event(0, "a", 5, edition=1), event(1, "a", 6, edition=2), event(2, "a", 6, edition=2)]
    assert seen(events, "edition") == [("a", 6, 2, 1, "repeated")]


def test_the_edition_decides_before_the_arrival() -> None:
    """The correction may overtake its original on the way (T6); arrival must not decide what is current."""
    stories = [(1, 10), (2, 20), (3, 30), (3, 31), (4, 40)]
    for order in permutations(stories):
        events = [event(offset, "a", value, edition) for offset, (edition, value) in enumerate(order)]
        assert folded(events, "edition")["value"].to_list() == [40]


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ({"known_at": KNOWN, "offset": 9}, {"known_at": KNOWN + timedelta(microseconds=1), "offset": 1}),
        ({"known_at": KNOWN, "partition": 0, "offset": 9}, {"known_at": KNOWN, "partition": 1, "offset": 1}),
        ({"known_at": KNOWN, "offset": 1}, {"known_at": KNOWN, "offset": 2}),
        ({"known_at": KNOWN, "offset": 1, "chain": "a"}, {"known_at": KNOWN, "offset": 1, "chain": "b"}),
    ],
)
def test_ties_are_broken_by_where_the_record_lies(first: dict[str, object], second: dict[str, object]) -> None:
    """Records of one millisecond are common; without a total order the current row would depend on threads."""
    events = [event(0, "a", 1) | first, event(0, "a", 2) | second]
    assert folded(events)["value"].to_list() == folded(events[::-1])["value"].to_list() == [2]


def test_rows_that_claim_one_place_in_one_log_fold_alike_in_any_order() -> None:
    """Bronze that holds an offset twice is wrong, and must not be wrong in another way on every run."""
    events = [event(0, "a", value, marks=mark) for value, mark in [(1, "late"), (2, None), (2, "late"), (None, None)]]
    results = {tuple(folded(list(order)).row(0)) for order in permutations(events)}
    assert len(results) == 1


def test_a_thing_that_was_sent_under_two_days_is_current_in_each() -> None:
    """A day is folded by itself (D5): what another day says of the thing neither replaces it nor contradicts it."""
    events = [event(0, "a", 1), event(1, "b", 5), event(2, "a", 2, anchor_day=NEXT_DAY), event(3, "a", 1)]
    rows = folded(events).select("thing", "anchor_day", "value", "events_seen", "marks").rows()
    assert rows == [("a", DAY, 1, 2, "repeated"), ("a", NEXT_DAY, 2, 1, None), ("b", DAY, 5, 1, None)]


@given(
    stories=st.lists(
        st.tuples(
            st.sampled_from("abc"), st.integers(0, 2), st.sampled_from([None, 1, 2]), st.sampled_from([DAY, NEXT_DAY])
        ),
        max_size=12,
    ),
    data=st.data(),
)
def test_rows_in_any_order_fold_to_the_same(
    stories: list[tuple[str, int, int | None, date]], data: st.DataObject
) -> None:
    """A rebuild reads other files in another order; I8 asks for the same bytes."""
    events = [
        event(at // 2, thing, value, edition, anchor_day=day) for at, (thing, edition, value, day) in enumerate(stories)
    ]
    shuffled = data.draw(st.permutations(events))
    assert_frame_equal(folded(events, "edition"), folded(list(shuffled), "edition"))


def test_large_frames_keep_the_order_too() -> None:
    """Small frames hide that joins and groups lose their order on several threads."""
    n = 60_000
    frame = pl.DataFrame({"offset": range(n)}).with_columns(
        thing=(pl.col("offset") % (n // 3)).cast(pl.String).str.zfill(6),
        value=pl.col("offset"),
        edition=0,
        known_at=pl.lit(KNOWN).cast(SCHEMA["known_at"]),
        chain=pl.lit("chain"),
        partition=0,
        anchor_day=DAY,
        marks=pl.lit(None, pl.String()),
    )
    shuffled = frame.sample(fraction=1, shuffle=True, seed=3).lazy()
    rows = fold.current(shuffled, ("thing",), "", ("value",)).collect()
    assert rows["thing"].is_sorted()
    assert rows["value"].equals(pl.Series("value", range(2 * n // 3, n)))
    assert rows["events_seen"].unique().to_list() == [3]


def test_marks_of_landing_come_first_and_are_kept() -> None:
    """A mark set at the border of the platform must still be readable at its far end."""
    events = [event(0, "a", 1), event(1, "a", 2, marks="normalised@post;late")]
    assert folded(events)["marks"].to_list() == ["normalised@post;late;conflicting"]


def test_codes_that_no_list_holds_are_marked_with_their_field() -> None:
    """A new post must be seen and stay in the totals, not be dropped or renamed in silence (C2)."""
    rows = pl.LazyFrame(
        {
            "post": ["2606", "9999", "_Z", "9999"],
            "partner": ["MX", "MX", "_U", "XX"],
            "free": ["?", "?", "?", "?"],
            "marks": [None, "repeated", None, None],
        },
        schema_overrides={"marks": pl.String()},
    )
    codes = {"posts": frozenset({"2606"}), "countries": frozenset({"MX"})}
    assert fold.unlisted(rows, FIELDS, codes).collect()["marks"].to_list() == [
        None,
        "repeated;unlisted_code@post",
        None,
        "unlisted_code@post;unlisted_code@partner",
    ]


def test_a_code_that_is_absent_is_not_unlisted() -> None:
    """An optional field that a source leaves out is no new code."""
    rows = pl.LazyFrame({"post": [None], "marks": [None]}, schema={"post": pl.String(), "marks": pl.String()})
    assert fold.unlisted(rows, FIELDS[:1], {"posts": frozenset({"2606"})}).collect()["marks"].to_list() == [None]
