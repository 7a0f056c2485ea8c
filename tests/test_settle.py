"""Settle: silver is a function of bronze, day by day, and only what was touched is done again."""

from __future__ import annotations

from datetime import date, timedelta
from shutil import copytree
from typing import TYPE_CHECKING

import pytest

from puyango.errors import Busy, UsageRefused
from streams.families.crossing_count import CONTRACT as COUNTS
from streams.families.traveller_crossing import CONTRACT as TRAVELLERS
from tests.landed import count, land
from transforms import catalogue, collect, lake, months, settle, table
from transforms.tables.crossing import TABLE as CROSSINGS
from transforms.tables.reported_count import TABLE

if TYPE_CHECKING:
    from pathlib import Path

    from puyango.settings import Settings
    from tests.landed import Row

JUNE, JULY, LATER = date(2019, 6, 1), date(2019, 7, 1), date(2019, 7, 2)


def traveller(event: str, day: date, **others: object) -> Row:
    return {
        "administration": "EC",
        "event_id": event,
        "source": "ec_inec_esi",
        "coverage": "sample",
        "crossing_day": day,
        "direction": "entry",
        "post": "huaquillas",
        "mode": "road",
        "nationality": "PE",
        **others,
    }


def brought(settings: Settings, rows: list[Row], family: str = COUNTS.name) -> None:
    land(settings, rows, contract=TRAVELLERS if family == TRAVELLERS.name else COUNTS)
    collect.pending(settings, family)


def settled(settings: Settings, asked: table.Table = TABLE, days: list[date] | None = None) -> int:
    """Settle what is stale (among ``days``) and return how many days that were."""
    made = settle.draft(settings, asked, days)
    if made is None:
        return 0
    settle.replace(settings, made)
    return len(made.days)


def figures(settings: Settings) -> list[tuple[object, ...]]:
    with lake.reading(settings) as con:
        asked = "select post, period, reported_count, events_seen, values_seen from silver.reported_count order by all"
        return con.execute(asked).fetchall()


def crossings(settings: Settings) -> list[tuple[object, ...]]:
    with lake.reading(settings) as con:
        asked = "select crossing_day, event_id, * from silver.crossing order by all"
        return con.execute(asked).fetchall()


def batches(settings: Settings) -> dict[date, int]:
    with lake.reading(settings) as con:
        return dict(con.execute("select anchor_day, batch from ops.settled_day").fetchall())


def files(settings: Settings) -> set[Path]:
    return set(catalogue.data(settings).glob("silver/*/*/*/*.parquet"))


def test_settling_twice_leaves_what_once_leaves(settings: Settings) -> None:
    """A doubled trigger costs a look at the ledger and nothing else (I7)."""
    brought(settings, [count("2606", JUNE, 5), count("2304", JULY, 6)])
    assert settled(settings) == 2
    before = figures(settings), batches(settings), files(settings)
    assert settled(settings) == 0
    assert (figures(settings), batches(settings), files(settings)) == before
    assert before[0] == [("2304", "2019-07", 6, 1, 1), ("2606", "2019-06", 5, 1, 1)]


def test_a_late_event_opens_its_own_day_and_no_other(settings: Settings) -> None:
    """The cost of a late figure is one day; and a rebuild, which sees it in time, gives the same."""
    brought(settings, [count("2606", JUNE, 5), count("2606", JULY, 6)])
    settled(settings)
    july = batches(settings)[JULY]
    brought(settings, [count("2606", JUNE, 7)])
    made = settle.draft(settings, TABLE)
    assert made is not None
    assert made.days == (JUNE,)
    settle.replace(settings, made)
    assert figures(settings) == [("2606", "2019-06", 7, 2, 2), ("2606", "2019-07", 6, 1, 1)]
    assert batches(settings)[JULY] == july < batches(settings)[JUNE]


def test_days_of_one_month_are_settled_apart(settings: Settings) -> None:
    """The month is only where rows lie; a neighbour in the same file keeps what was known of it."""
    first, second = date(2023, 5, 1), date(2023, 5, 2)
    brought(settings, [traveller("a", first), traveller("b", second)], TRAVELLERS.name)
    settled(settings, CROSSINGS)
    brought(settings, [traveller("c", second), traveller("a", first - timedelta(days=1))], TRAVELLERS.name)
    made = settle.draft(settings, CROSSINGS)
    assert made is not None
    assert made.days == (first - timedelta(days=1), second)
    settle.replace(settings, made)
    with lake.reading(settings) as con:
        rows = con.execute("select crossing_day, event_id from silver.crossing order by all").fetchall()
    assert rows == [(first - timedelta(days=1), "a"), (first, "a"), (second, "b"), (second, "c")]


def test_a_draft_changes_nothing_until_it_replaces(settings: Settings) -> None:
    """What has not been judged must not be seen."""
    brought(settings, [count("2606", JUNE, 5)])
    settled(settings)
    brought(settings, [count("2606", JUNE, 7)])
    made = settle.draft(settings, TABLE)
    assert figures(settings) == [("2606", "2019-06", 5, 1, 1)]
    assert made is not None
    assert all(path.is_relative_to(settings.drafts) for path in made.files)
    settle.replace(settings, made)
    assert figures(settings) == [("2606", "2019-06", 7, 2, 2)]
    assert not any(path.exists() for path in made.files)


def test_a_draft_that_events_have_overtaken_is_refused(settings: Settings) -> None:
    """It would hide them, and mark their day as settled."""
    brought(settings, [count("2606", JUNE, 5)])
    made = settle.draft(settings, TABLE)
    brought(settings, [count("2606", JUNE, 7)])
    assert made is not None
    with pytest.raises(Busy, match="puyango settle again"):
        settle.replace(settings, made)
    assert settled(settings) == 1
    assert figures(settings) == [("2606", "2019-06", 7, 2, 2)]


def test_events_of_other_days_do_not_overtake_a_draft(settings: Settings) -> None:
    """While the ingester runs there are always new events; waiting for silence would be for ever."""
    brought(settings, [count("2606", JUNE, 5)])
    made = settle.draft(settings, TABLE)
    brought(settings, [count("2606", JULY, 7)])
    assert made is not None
    settle.replace(settings, made)
    assert settled(settings) == 1
    assert [row[1] for row in figures(settings)] == ["2019-06", "2019-07"]


def test_two_who_settle_the_same_day_leave_it_once(settings: Settings) -> None:
    """A task that the scheduler runs twice at once must not double a table (H25)."""
    brought(settings, [count("2606", JUNE, 5)])
    both = [settle.draft(settings, TABLE) for _ in range(2)]
    for made in both:
        assert made is not None
        settle.replace(settings, made)
    assert figures(settings) == [("2606", "2019-06", 5, 1, 1)]


def test_another_declaration_opens_every_day(settings: Settings) -> None:
    """A corrected fold must reach history, or one table would hold two methods."""
    brought(settings, [count("2606", JUNE, 5), count("2606", JULY, 6)])
    settled(settings)
    with lake.committing(settings, "an older version of the code settled these days") as con:
        con.execute("update ops.settled_day set declaration = 'older'")
    assert settled(settings) == 2
    assert settled(settings) == 0


def test_a_table_of_another_form_is_made_anew_when_all_of_it_is_drafted(settings: Settings) -> None:
    """Changing the type of a column is one declaration's change, not an operator's task."""
    brought(settings, [count("2606", JUNE, 5)])
    settled(settings)
    with lake.committing(settings, "an older version of the code") as con:
        con.execute("alter table silver.reported_count drop column marks")
        con.execute("alter table silver.reported_count add column marks integer")
        con.execute("update ops.settled_day set declaration = 'older'")
    settled(settings)
    with lake.reading(settings) as con:
        assert lake.columns(con, "silver", "reported_count")["marks"] == "VARCHAR"
    assert figures(settings) == [("2606", "2019-06", 5, 1, 1)]


def test_months_are_worked_through_in_pieces(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    """Memory holds a bounded run of months, and cutting the work elsewhere must not change the result."""
    rows = [count(post, date(2019, month, 1), month) for month in range(1, 8) for post in ("2606", "2304")]
    brought(settings, rows)
    monkeypatch.setattr(months.spans, "__defaults__", (3,))
    settled(settings)
    assert figures(settings) == sorted((row["post"], row["period"], row["reported_count"], 1, 1) for row in rows)
    assert len(files(settings)) == 7


def test_runs_of_months_are_in_order_and_never_larger_than_asked() -> None:
    """One month is the smallest piece; everything else is packed as tightly as the bound allows."""
    first, second, third = (date(2019, month, 1) for month in (1, 2, 3))
    assert list(months.spans([(third, 1), (first, 2), (second, 2)], 4)) == [[first, second], [third]]
    assert list(months.spans([(first, 9), (second, 1)], 4)) == [[first], [second]]
    assert list(months.spans([], 4)) == []


def test_a_table_that_looks_ahead_opens_the_days_that_reach_the_touched_one(settings: Settings) -> None:
    """A stay that begins in May may end in June: the exit re-opens the entry's day, and no day before its reach."""
    days = [date(2023, 5, day) for day in (1, 5, 9)]
    brought(settings, [traveller(f"e{day.day}", day) for day in days], TRAVELLERS.name)
    ahead = table.Table(**{**vars(CROSSINGS), "reach": 4})
    assert settled(settings, ahead) == 3
    brought(settings, [traveller("late", days[1])], TRAVELLERS.name)
    made = settle.draft(settings, ahead)
    assert made is not None
    assert made.days == (days[0], days[1])
    settle.replace(settings, made)
    with lake.reading(settings) as con:
        rows = con.execute("select event_id from silver.crossing order by all").fetchall()
    assert rows == [("e1",), ("e5",), ("e9",), ("late",)]


def test_only_the_days_that_are_asked_for_are_settled(settings: Settings) -> None:
    """A run with a key does its day; whatever else is stale is left to the sweep, not forgotten (D9)."""
    brought(settings, [count("2606", JUNE, 5), count("2606", JULY, 6)])
    assert settle.draft(settings, TABLE, [date(2019, 8, 1)]) is None
    made = settle.draft(settings, TABLE, [JUNE, date(2019, 8, 1)])
    assert made is not None
    settle.replace(settings, made)
    assert [row[1] for row in figures(settings)] == ["2019-06"]
    assert settle.draft(settings, TABLE, [JUNE]) is None
    assert settle.draft(settings, TABLE, []) is None
    assert settled(settings) == 1
    assert [row[1] for row in figures(settings)] == ["2019-06", "2019-07"]


STORY = (
    [traveller("a", JUNE), traveller("b", JULY), traveller("a", JUNE, mode="river")],
    [traveller("a", JULY), traveller("c", LATER), traveller("b", JULY)],
    [traveller("b", LATER, direction="exit"), traveller("a", LATER), traveller("c", JUNE, post="new-post")],
)
"""Records of which some come again, some contradict, and some return under another day."""


@pytest.mark.parametrize("order", [(JUNE, JULY, LATER), (LATER, JULY, JUNE), (JULY, LATER, JUNE)])
def test_silver_does_not_depend_on_how_its_days_were_settled(settings: Settings, order: tuple[date, ...]) -> None:
    """Day by day in any order, all at once, or in a lake made anew from the landing: one content, clocks included.

    Kills: a fold by the thing alone, which leaves a row a day where days are settled apart, and one row in
    all where they are settled together.
    """
    for rows in STORY:
        brought(settings, rows, TRAVELLERS.name)
        for day in order:
            settled(settings, CROSSINGS, [day])
    assert settled(settings, CROSSINGS) == 0
    anew = settings.model_copy(update={"home": settings.home / "anew"})
    copytree(settings.landing, anew.landing)
    collect.pending(anew, TRAVELLERS.name)
    assert settled(anew, CROSSINGS) == 3
    told = crossings(settings)
    assert crossings(anew) == told
    assert [(day, event) for day, event, *_ in told] == [
        (JUNE, "a"),
        (JUNE, "c"),
        (JULY, "a"),
        (JULY, "b"),
        (LATER, "a"),
        (LATER, "b"),
        (LATER, "c"),
    ]


def test_an_unlisted_post_is_kept_and_marked(settings: Settings) -> None:
    """A post that opened yesterday counts in the totals although no list has it yet."""
    brought(settings, [traveller("a", JUNE), traveller("b", JUNE, post="new-post")], TRAVELLERS.name)
    settled(settings, CROSSINGS)
    with lake.reading(settings) as con:
        rows = con.execute("select event_id, marks from silver.crossing order by all").fetchall()
    assert rows == [("a", None), ("b", "unlisted_code@post")]


def test_an_unknown_table_is_told_which_exist() -> None:
    """A typing error gets the list."""
    with pytest.raises(UsageRefused, match="reported_count"):
        table.module("reported_counts")
