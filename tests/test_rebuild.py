"""Rebuild: the landing alone gives the lake again, and a hash says whether it is the same."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import pytest

from puyango.errors import Busy
from streams.families.crossing_count import CONTRACT as COUNTS
from tests.landed import count, land
from transforms import catalogue, collect, content, lake, rebuild, settle
from transforms.tables.reported_count import TABLE

if TYPE_CHECKING:
    from collections.abc import Sequence

    from puyango.settings import Settings

FAMILIES = (COUNTS.name,)
JUNE, JULY = date(2019, 6, 1), date(2019, 7, 1)
CREATE = "create table gold.pieces (day date, thing varchar, value_usd decimal(18, 2), known_at timestamptz)"
ROWS = (
    "('2026-01-01', 'a', 1.10, '2026-01-02 00:00:00+00')",
    "('2026-01-01', 'b', null, '2026-01-03 00:00:00+00')",
    "(null, 'a:1', 1.10, null)",
)


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


def hashed(settings: Settings, rows: Sequence[str], create: str = CREATE, threads: int = 2) -> str:
    """Return the hash of a table of ``rows``, which is gone afterwards."""
    lake.create(settings)
    with lake.committing(settings, "try") as con:
        con.execute(f"set threads = {threads}")
        con.execute("drop table if exists gold.pieces")
        con.execute(create)
        for row in rows:
            con.execute(f"insert into gold.pieces values {row}")
        return content.content_hash(con, "gold", "pieces")


def test_a_rebuilt_lake_says_the_same(settings: Settings) -> None:
    """The lake may be lost: everything in it follows from what landed (I8)."""
    history(settings)
    compared = rebuild.rebuild(settings, FAMILIES, [settled])
    assert [(each.layer, each.table) for each in compared] == [
        ("bronze", "crossing_count"),
        ("silver", "reported_count"),
    ]
    assert all(each.equal and each.before for each in compared)
    assert not settings.lake.with_name("lake.before").exists()


def test_a_lake_in_small_steps_says_what_a_lake_in_one_step_says(settings: Settings) -> None:
    """Late events re-open their days, so when things came in must not be seen in the result."""
    history(settings)
    before = rebuild.hashes(settings)
    catalogue.path(settings).unlink()
    compared = rebuild.rebuild(settings, FAMILIES, [settled])
    assert {(each.layer, each.table): each.after for each in compared} == before
    with lake.reading(settings) as con:
        assert con.execute("select batch from ops.clock").fetchone() == (2,)


def test_what_lands_during_a_rebuild_makes_no_difference(settings: Settings) -> None:
    """The ingester goes on meanwhile; its news are not a fault of the rebuild, and are collected afterwards."""
    history(settings)

    def step(settings: Settings) -> None:
        settled(settings)
        land(settings, [count("3302", JULY, 9)])

    assert all(each.equal for each in rebuild.rebuild(settings, FAMILIES, [step]))
    assert collect.pending(settings, COUNTS.name).rows == 2


def test_an_old_lake_that_is_behind_is_brought_up_to_date_first(settings: Settings) -> None:
    """Otherwise every pending segment would read as a difference."""
    history(settings)
    land(settings, [count("3302", JULY, 9)])
    assert all(each.equal for each in rebuild.rebuild(settings, FAMILIES, [settled]))


def test_a_lake_that_was_tampered_with_is_told_apart_and_kept(settings: Settings) -> None:
    """A figure changed by hand shows as a difference, and the evidence stays beside the new lake."""
    history(settings)
    with lake.committing(settings, "by hand") as con:
        con.execute("update silver.reported_count set reported_count = 7 where post = '2304'")
    compared = rebuild.rebuild(settings, FAMILIES, [settled])
    assert [each.equal for each in compared] == [True, False]
    assert settings.lake.with_name("lake.before").exists()


def test_a_damaged_lake_is_rebuilt_without_comparison(settings: Settings) -> None:
    """Files of the lake are lost, the landing is not: a rebuild is made for this (D6)."""
    history(settings)
    before = rebuild.hashes(settings)
    for path in catalogue.data(settings).glob("silver/**/*.parquet"):
        path.write_bytes(b"")
    compared = rebuild.rebuild(settings, FAMILIES, [settled])
    assert {(each.layer, each.table): each.after for each in compared} == before
    assert not any(each.before for each in compared)


def test_a_rebuild_that_fails_leaves_the_old_lake_in_place(settings: Settings) -> None:
    """An operator who interrupts it must be no worse off than before."""
    history(settings)
    before = rebuild.hashes(settings)
    calls = iter(range(2))

    def step(settings: Settings) -> None:
        if next(calls) == 1:
            raise KeyboardInterrupt
        settled(settings)

    with pytest.raises(KeyboardInterrupt):
        rebuild.rebuild(settings, FAMILIES, [step])
    assert rebuild.hashes(settings) == before


def test_a_rebuild_does_not_move_a_lake_under_a_commit(settings: Settings) -> None:
    """The lock lies beside the lake and is the same before and after, so two committers never meet."""
    history(settings)
    hurried = settings.model_copy(update={"lock_s": 0.2})
    with lake.committing(settings, "work"), pytest.raises(Busy):
        rebuild.rebuild(hurried, FAMILIES, [])
    assert rebuild.hashes(settings)


@pytest.mark.parametrize(
    "rows",
    [
        ROWS[:2],
        (*ROWS, ROWS[0]),
        (ROWS[0].replace("1.10", "1.11"), *ROWS[1:]),
        (ROWS[0].replace("'a'", "'A'"), *ROWS[1:]),
        (ROWS[0], ROWS[1].replace("null", "0"), ROWS[2]),
        (ROWS[0], ROWS[1], ROWS[2].replace("'a:1'", "'a'")),
        (ROWS[0].replace("2026-01-01", "2026-01-02"), *ROWS[1:]),
    ],
)
def test_the_hash_sees_every_change_of_content(settings: Settings, rows: tuple[str, ...]) -> None:
    """A hash that misses one value would call a broken rebuild equal."""
    assert hashed(settings, rows) != hashed(settings, ROWS)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("('2026-01-01', 'a1', 1.10, null)", "('2026-01-01', 'a', 11.10, null)"),
        ("(null, '2026-01-01', 1.10, null)", "('2026-01-01', null, 1.10, null)"),
        ("('2026-01-01', '', 1.10, null)", "('2026-01-01', null, 1.10, null)"),
    ],
)
def test_the_hash_sees_where_a_value_ends_and_which_is_absent(settings: Settings, one: str, other: str) -> None:
    """Values written end to end can read alike; a digit that moved into a code is another figure."""
    assert hashed(settings, [one]) != hashed(settings, [other])


def test_the_hash_does_not_see_what_is_not_content(settings: Settings) -> None:
    """Order, threads, order of columns and the clock of the run differ between two machines that agree."""
    expected = hashed(settings, ROWS)
    assert hashed(settings, ROWS[::-1], threads=1) == expected
    assert hashed(settings, [row.replace("2026-01-03", "2026-01-09") for row in ROWS]) == expected
    reordered = "create table gold.pieces (thing varchar, as_of timestamptz, value_usd decimal(18, 2), day date)"
    moved = ["('a', null, 1.10, '2026-01-01')", "('b', now(), null, '2026-01-01')", "('a:1', null, 1.10, null)"]
    assert hashed(settings, moved, reordered) == expected


def test_the_hash_sees_the_type_of_a_column(settings: Settings) -> None:
    """A decimal that became a float prints the same and adds up to something else."""
    assert hashed(settings, ROWS, CREATE.replace("decimal(18, 2)", "double")) != hashed(settings, ROWS)
