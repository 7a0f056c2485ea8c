"""The gate before bronze, over a real lake: no table is made of rows that were not judged, or did not pass."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from dags import hops
from expectations import gate
from tests.judged import APRIL, FAMILY, MARCH, TRADE, asked, collected, failed, held, planted, settled
from tests.landed import count
from transforms import lake

if TYPE_CHECKING:
    from puyango.settings import Settings


def broken(settings: Settings) -> None:
    """Collect two rows of which bronze loses one, and judge nothing."""
    collected(settings, count("2304", MARCH, 5), count("2305", MARCH, 6))
    with lake.committing(settings, "lose a row") as con:
        con.execute(f"delete from bronze.{FAMILY} where post = '2305'")


def test_rows_that_nobody_judged_are_judged_before_a_table_is_made_of_them(settings: Settings) -> None:
    """Whoever collects and settles without judging between them must not get past the gate.

    Kills: a gate that only asks whether the family is held; it was never judged, so it is not.
    """
    broken(settings)
    drafted = settled(settings)
    assert gate.passed(settings, [drafted]) == []
    assert held(settings) == [("bronze", FAMILY)]
    assert failed(settings) == [("bronze: holds every good row of the segments once", "failed")]


def test_rows_that_came_after_the_last_judgement_are_judged_too(settings: Settings) -> None:
    """That the family passed yesterday says nothing of what was collected since."""
    collected(settings, count("2304", APRIL, 5))
    gate.bronze(settings, FAMILY)
    assert held(settings) == []
    broken(settings)
    assert [done.held for done in hops.settle(settings, ["reported_count"])] == [True]
    assert held(settings) == [("bronze", FAMILY)]
    assert lake_has_no(settings, "reported_count")


def test_a_family_that_was_judged_is_not_judged_again_for_each_of_its_drafts(settings: Settings) -> None:
    """A sweep judges the rows of a family once, however many tables read it."""
    collected(settings, count("2304", MARCH, 5))
    drafted = settled(settings)
    assert gate.passed(settings, [drafted, drafted]) == [drafted, drafted]
    assert gate.passed(settings, [drafted]) == [drafted]
    assert asked(settings, "select count(distinct batch) from ops.verdict where layer = 'bronze'") == [(1,)]


def lake_has_no(settings: Settings, table: str) -> bool:
    """Say whether no row of a silver table is in the lake."""
    with lake.reading(settings) as con:
        return not lake.columns(con, "silver", table)


def test_bronze_is_judged_when_something_came_and_only_then(settings: Settings) -> None:
    """A sweep that finds nothing must cost nothing, and running twice leaves what running once leaves (I7)."""
    lake.create(settings)
    gate.bronze(settings, FAMILY)
    assert asked(settings, "select count(rule) from ops.verdict") == [(0,)]
    collected(settings, count("2304", MARCH, 5))
    gate.bronze(settings, FAMILY)
    once = asked(settings, "select * from ops.verdict order by all")
    gate.bronze(settings, FAMILY)
    assert asked(settings, "select * from ops.verdict order by all") == once
    assert {row[5] for row in once} == {"passed"}
    collected(settings, count("2304", APRIL, 5))
    gate.bronze(settings, FAMILY)
    assert len(asked(settings, "select distinct batch from ops.verdict")) == 2


def test_a_family_whose_rows_do_not_add_up_stops_its_tables_and_no_others(settings: Settings) -> None:
    """A row lost between landing and bronze makes every figure above it wrong (I1)."""
    broken(settings)
    gate.bronze(settings, FAMILY)
    assert failed(settings) == [("bronze: holds every good row of the segments once", "failed")]
    assert held(settings) == [("bronze", FAMILY)]
    drafted, other = settled(settings), planted(settings, "reported_trade", [TRADE])
    assert gate.passed(settings, [drafted, other]) == [other]
    with lake.committing(settings, "find it again") as con:
        row = f"select * replace ('2305' as post, 1 as \"offset\", 6 as reported_count) from bronze.{FAMILY}"
        con.execute(f"insert into bronze.{FAMILY} {row}")
    gate.bronze(settings, FAMILY)
    assert held(settings) == []
    assert gate.passed(settings, [drafted]) == [drafted]


def test_a_row_that_is_twice_in_bronze_is_found_by_its_coordinates(settings: Settings) -> None:
    """The same offset twice would count every crossing of that record twice (I2)."""
    collected(settings, count("2304", MARCH, 5))
    with lake.committing(settings, "double it") as con:
        con.execute(f"insert into bronze.{FAMILY} select * from bronze.{FAMILY}")
    gate.bronze(settings, FAMILY)
    assert ("chain, partition, offset: unique", "failed") in failed(settings)


def test_a_file_that_is_gone_is_noticed_although_its_row_count_is_not(settings: Settings) -> None:
    """``count(*)`` answers from the catalogue, so a check that counts rows that way proves nothing (H13)."""
    collected(settings, count("2304", MARCH, 5))
    (file,) = Path(settings.lake).rglob(f"bronze/{FAMILY}/**/*.parquet")
    file.chmod(0o600)
    file.write_bytes(b"")
    assert asked(settings, f"select count(*) from bronze.{FAMILY}") == [(1,)]
    gate.bronze(settings, FAMILY)
    assert ("bronze: holds every good row of the segments once", "crashed") in failed(settings)
    assert held(settings) == [("bronze", FAMILY)]
