"""Collect: every landed event in bronze exactly once, whatever stops it, doubles it or races it."""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING

import polars as pl
import pytest

from puyango.errors import ChainBroken, DiskFailed, UsageRefused
from streams.families.crossing_count import CONTRACT as COUNTS
from streams.landing import Landing
from streams.reading.log import Chain
from streams.segments.segment import Gap
from tests.landed import count, land, refused
from transforms import bronze, catalogue, collect, lake, ledger, waiting

if TYPE_CHECKING:
    from pathlib import Path

    from puyango.settings import Settings
    from streams.segments.segment import Segment
    from transforms.waiting import Run

FAMILY = COUNTS.name
JUNE, JULY = date(2019, 6, 1), date(2019, 7, 1)
COLLECT = """
import sys
from pathlib import Path
from puyango.settings import Settings
from transforms import collect
sys.exit(collect.pending(Settings(home=Path(sys.argv[1])), "crossing_count").rows)
"""


def asked(settings: Settings, query: str) -> list[tuple[object, ...]]:
    with lake.reading(settings) as con:
        return con.execute(query).fetchall()


def offsets(settings: Settings) -> list[tuple[object, ...]]:
    return asked(settings, f'select chain, partition, "offset" from bronze.{FAMILY} order by all')


def runs(settings: Settings) -> list[Run]:
    lake.create(settings)
    with lake.reading(settings) as con:
        return waiting.runs(Landing(settings.landing).segments(FAMILY), waiting.positions(con, FAMILY))


def rotten(segment: Segment) -> None:
    """Change a byte of the segment's first page as rot does: size, time and inode stay."""
    before = segment.path.stat()
    content = bytearray(segment.path.read_bytes())
    content[8] ^= 1
    segment.path.chmod(0o640)
    with segment.path.open("r+b") as file:
        file.write(content)
    os.utime(segment.path, ns=(before.st_atime_ns, before.st_mtime_ns))


def test_collecting_twice_leaves_what_once_leaves(settings: Settings) -> None:
    """A doubled trigger must not double traffic (I7)."""
    land(settings, [count("2606", JUNE, 5), count("2304", JULY, 6)])
    first = collect.pending(settings, FAMILY)
    again = collect.pending(settings, FAMILY)
    assert (first.segments, first.rows, first.days) == (1, 2, (JUNE, JULY))
    assert (again.segments, again.rows, again.days) == (0, 0, ())
    assert offsets(settings) == [("cluster-topic", 0, 0), ("cluster-topic", 0, 1)]


def test_only_what_landed_since_is_brought_in(settings: Settings) -> None:
    """The cost of a run grows with what is new, never with the history."""
    land(settings, [count("2606", JUNE, 5)])
    collect.pending(settings, FAMILY)
    land(settings, [count("2606", JULY, 5)])
    land(settings, [count("2304", JULY, 5)], partition=3)
    assert collect.pending(settings, FAMILY).segments == 2
    assert [place[1:] for place in offsets(settings)] == [(0, 0), (0, 1), (3, 0)]
    assert asked(settings, "select anchor_day, batch from ops.touched_day order by all") == [(JUNE, 1), (JULY, 2)]
    assert asked(settings, "select partition, next_offset from ops.position order by all") == [(0, 2), (3, 1)]


def test_a_topic_made_anew_is_another_chain(settings: Settings) -> None:
    """Offsets begin again at 0 there; taken for the old topic they would be skipped as known."""
    land(settings, [count("2606", JUNE, 5)])
    land(settings, [count("2606", JULY, 6)], chain=Chain("cluster", "topic2", COUNTS.topic))
    collect.pending(settings, FAMILY)
    assert offsets(settings) == [("cluster-topic", 0, 0), ("cluster-topic2", 0, 0)]


def test_refused_rows_stay_in_landing_and_are_counted_by_reason(settings: Settings) -> None:
    """Bronze holds what may be used; the ledger says what was kept back and why, so nothing is dropped in silence."""
    land(settings, [count("2606", JUNE, 5), refused("bad_code@post;missing_required@period"), refused("bad_code@post")])
    done = collect.pending(settings, FAMILY)
    assert (done.rows, done.refused) == (1, 2)
    assert asked(settings, "select reason, rows, first_offset from ops.refusal order by all") == [
        ("bad_code", 2, 0),
        ("missing_required", 1, 0),
    ]


def test_a_segment_of_nothing_but_refusals_moves_the_ledger(settings: Settings) -> None:
    """Otherwise it would be pending for ever and hide what follows it."""
    land(settings, [refused("not_json")])
    assert collect.pending(settings, FAMILY).segments == 1
    assert collect.pending(settings, FAMILY).segments == 0


def test_the_ledger_accounts_for_every_offset(settings: Settings) -> None:
    """Produced = good + refused + gaps is checked from these figures for ever (I1)."""
    landing = Landing(settings.landing)
    chain = Chain("cluster", "topic", COUNTS.topic)
    land(settings, [count("2606", JUNE, 5), refused("not_json")])
    rows = landing.segments(FAMILY)[0]
    (settings.landing / FAMILY / chain.folder / "1").mkdir()
    frame = pl.read_parquet(rows.path).with_columns(partition=pl.lit(1, pl.Int32), offset=pl.col("offset") + 3)
    landing.publish(COUNTS, chain, 1, 0, 5, frame, [Gap(0, 3, "hole")])
    collect.pending(settings, FAMILY)
    facts = (
        "select partition, first_offset, next_offset, rows, good, refused, gap_offsets from ops.segment order by all"
    )
    assert asked(settings, facts) == [(0, 0, 2, 2, 1, 1, 0), (1, 0, 5, 2, 1, 1, 3)]


def test_the_ledger_knows_each_file_by_its_sha256(settings: Settings) -> None:
    """What the lake was made of can be proven years later, and a swapped file found."""
    segment = land(settings, [count("2606", JUNE, 5)])
    collect.pending(settings, FAMILY)
    place = segment.path.relative_to(settings.landing)
    assert asked(settings, "select path, bytes, sha256 from ops.segment") == [
        (str(place), segment.path.stat().st_size, segment.sha256)
    ]


def test_a_month_is_one_file_in_order_of_its_things(settings: Settings) -> None:
    """Two partitions and many segments become one sorted file a month, which is what later readers pay for."""
    for partition, posts in ((0, ("2606", "2304")), (1, ("0104", "3302"))):
        land(settings, [count(post, month, 5) for post in posts for month in (JULY, JUNE)], partition=partition)
    collect.pending(settings, FAMILY)
    files = sorted(catalogue.data(settings).glob(f"bronze/{FAMILY}/*/*/*.parquet"))
    assert [str(path.parent.relative_to(path.parents[2])) for path in files] == [
        "year=2019/month=6",
        "year=2019/month=7",
    ]
    for file in files:
        listed = pl.read_parquet(file, columns=["post"], hive_partitioning=False)["post"].to_list()
        assert listed == ["0104", "2304", "2606", "3302"]


def test_types_and_marks_arrive_as_they_landed(settings: Settings) -> None:
    """Codes keep their zeros, instants stay UTC; a silent cast here would be in every figure after."""
    land(settings, [count("0104", JUNE, 5, marks="padded@post")])
    collect.pending(settings, FAMILY)
    with lake.reading(settings) as con:
        rows = con.sql(f"select * from bronze.{FAMILY}").pl()
    assert rows.schema == pl.Schema(bronze.stored(COUNTS))
    assert rows.select("post", "marks", "value_hash").rows() == [("0104", "padded@post", 0)]


@pytest.mark.parametrize("calls", [0, 1, 3, 6])
def test_a_disk_that_fails_at_any_sync_loses_nothing_and_doubles_nothing(
    settings: Settings, monkeypatch: pytest.MonkeyPatch, calls: int
) -> None:
    """Rows and ledger are one transaction, so a crash before COMMIT is as if nothing had begun."""
    land(settings, [count("2606", JUNE, 5), count("2304", JULY, 6)])
    lake.create(settings)
    left = iter(range(calls))
    real = os.fsync

    def failing(descriptor: int) -> None:
        if next(left, None) is None:
            raise OSError(5, "Input/output error")
        real(descriptor)

    monkeypatch.setattr(os, "fsync", failing)
    with pytest.raises(DiskFailed):
        collect.pending(settings, FAMILY)
    monkeypatch.undo()
    assert asked(settings, "select next_offset from ops.position") == []
    assert collect.pending(settings, FAMILY).rows == 2
    assert len(offsets(settings)) == 2


def test_two_collectors_at_once_bring_everything_in_once(settings: Settings) -> None:
    """The sweep and a person at a terminal meet; two blind commits would both count (H14)."""
    for partition in range(2):
        land(settings, [count(f"{post:04}", JUNE, 5) for post in range(60)], partition=partition)
    command = [sys.executable, "-c", COLLECT, str(settings.home)]
    with subprocess.Popen(command) as first, subprocess.Popen(command) as second:
        brought = first.wait(90) + second.wait(90)
    assert brought == 120
    assert len(offsets(settings)) == len(set(offsets(settings))) == 120


@pytest.mark.parametrize("collected_before", [False, True])
def test_whoever_was_overtaken_commits_nothing(settings: Settings, collected_before: bool) -> None:
    """A zombie that wakes after its successor meets a position that has moved, and must stop there (I6)."""
    if collected_before:
        land(settings, [count("2606", JUNE, 5)])
        collect.pending(settings, FAMILY)
    land(settings, [count("2304", JUNE, 6)])
    late = runs(settings)
    collect.pending(settings, FAMILY)
    before = offsets(settings)
    with pytest.raises(collect.Overtaken):
        collect.bring(settings, COUNTS, late)
    assert offsets(settings) == before
    with lake.reading(settings) as con:
        assert not ledger.unmoved(con, FAMILY, late)


def test_a_rotten_segment_is_never_collected(settings: Settings) -> None:
    """Size and times are as before; only its sha256 tells, and figures must not be made of it (D6)."""
    segment = land(settings, [count("2606", JUNE, 5)])
    assert segment.sha256
    rotten(segment)
    with pytest.raises(ChainBroken, match="sha256"):
        collect.pending(settings, FAMILY)
    assert asked(settings, "select segment.path from ops.segment") == []


def test_a_landing_that_ends_before_the_ledger_is_a_broken_chain(settings: Settings) -> None:
    """A landing restored from yesterday would let new events take old offsets unseen (D7)."""
    land(settings, [count("2606", JUNE, 5)])
    last = land(settings, [count("2606", JULY, 5)])
    collect.pending(settings, FAMILY)
    last.path.unlink()
    with pytest.raises(ChainBroken, match="collected up to 2"):
        collect.pending(settings, FAMILY)


def test_a_partition_that_vanished_is_a_broken_chain(settings: Settings) -> None:
    """An emptied landing must not look like a quiet day."""
    segment = land(settings, [count("2606", JUNE, 5)])
    collect.pending(settings, FAMILY)
    segment.path.rename(segment.path.with_suffix(".away"))
    with pytest.raises(ChainBroken, match="no segment is left"):
        collect.pending(settings, FAMILY)


def test_foreign_files_in_the_landing_are_not_collected(settings: Settings) -> None:
    """A copy or an editor's leftover in the folder is nobody's event (D8)."""
    segment = land(settings, [count("2606", JUNE, 5)])
    copy: Path = segment.path.with_name("copy.parquet")
    copy.write_bytes(segment.path.read_bytes())
    assert collect.pending(settings, FAMILY).rows == 1


def test_collecting_up_to_an_offset_leaves_the_rest_pending(settings: Settings) -> None:
    """A rebuild must stop where the old lake stood, while the ingester goes on."""
    land(settings, [count("2606", JUNE, 5)])
    land(settings, [count("2606", JULY, 5)])
    assert collect.pending(settings, FAMILY, {("cluster-topic", 0): 1}).rows == 1
    assert collect.pending(settings, FAMILY, {}).rows == 0
    assert collect.pending(settings, FAMILY).rows == 1


def test_no_draft_is_left_behind(settings: Settings) -> None:
    """Drafts hold the same rows as the lake; forgotten ones fill the disk."""
    land(settings, [count("2606", JUNE, 5)])
    collect.pending(settings, FAMILY)
    assert [path for path in settings.drafts.rglob("*") if path.is_file()] == []


def test_an_unknown_family_is_told_which_exist(settings: Settings) -> None:
    """A typing error must not create a folder or end in an engine's trace."""
    with pytest.raises(UsageRefused, match="crossing_count"):
        collect.pending(settings, "crossing_counts")


def test_what_landed_before_a_field_was_declared_is_collected_without_it(settings: Settings) -> None:
    """A field that is added to a contract must not make the raw record of all the years before unreadable."""
    older = replace(COUNTS, fields=COUNTS.fields[:-1])
    land(settings, [count("0104", JUNE, 1)], older)
    land(settings, [count("0104", JULY, 2, source_repairs="columns_swapped")])
    assert collect.pending(settings, FAMILY).rows == 2
    found = asked(settings, f"select reported_count, source_repairs from bronze.{FAMILY} order by all")
    assert found == [(1, None), (2, "columns_swapped")]
