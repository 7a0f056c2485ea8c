"""The content hash: it sees every change of content, and nothing else."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from transforms import content, lake

if TYPE_CHECKING:
    from collections.abc import Sequence

    from puyango.settings import Settings

CREATE = "create table gold.pieces (day date, thing varchar, value_usd decimal(18, 2), known_at timestamptz)"
ROWS = (
    "('2026-01-01', 'a', 1.10, '2026-01-02 00:00:00+00')",
    "('2026-01-01', 'b', null, '2026-01-03 00:00:00+00')",
    "(null, 'a:1', 1.10, null)",
)


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
