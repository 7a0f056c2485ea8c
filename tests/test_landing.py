"""The landing: what is created stands, what is edited is seen, and nobody lands twice."""

from __future__ import annotations

import os
import stat
import subprocess
import sys
from datetime import date
from typing import TYPE_CHECKING

import polars as pl
import pyarrow.parquet as pq  # type: ignore[import-untyped]  # it ships no types
import pytest
from hypothesis import given
from hypothesis import strategies as st

from puyango.durable import host
from puyango.errors import ChainBroken, OutputRefused, PuyangoError
from streams.families.crossing_count import CONTRACT as COUNTS
from streams.landing import Landing
from streams.reading.log import Chain
from streams.segments import digest
from streams.segments.segment import Gap, tally
from tests.landed import CHAIN, count, frame, refused

if TYPE_CHECKING:
    from pathlib import Path

    from streams.segments.segment import Segment

MARCH = date(2026, 3, 1)


def publish(landing: Landing, first: int, rows: int, gaps: tuple[Gap, ...] = ()) -> Segment:
    """Land ``rows`` good rows from ``first`` on, then ``gaps``."""
    after = first + rows + sum(gap.offsets for gap in gaps)
    judged = frame(COUNTS, [count("0901", MARCH, n) for n in range(rows)], 0, first)
    return landing.publish(COUNTS, CHAIN, 0, first, after, judged, gaps)


def folder(landing: Landing) -> Path:
    """Return where those segments lie."""
    return landing.partition(COUNTS.name, CHAIN.folder, 0).folder


@pytest.fixture
def landing(tmp_path: Path) -> Landing:
    """Return an empty landing."""
    return Landing(tmp_path / "landing")


def test_a_segment_says_in_its_footer_what_is_inside(landing: Landing) -> None:
    """Status, collect and the next writer read footers alone; another Parquet reader must find the same there."""
    rows = [count("0901", MARCH, 1), refused("not_json"), refused("bad_code@post;out_of_range@reported_count")]
    gaps = (Gap(3, 5, "hole"),)
    segment = landing.publish(COUNTS, CHAIN, 0, 0, 5, frame(COUNTS, rows, 0, 0), gaps)
    assert (segment.first, segment.next, segment.gaps) == (0, 5, gaps)
    assert (segment.rows, segment.good, segment.refused) == (3, 1, 2)
    assert segment.days == (MARCH,)
    assert segment.reasons == {"bad_code": 1, "not_json": 1, "out_of_range": 1}
    footer = pq.ParquetFile(segment.path).metadata.metadata
    assert [footer[key] for key in (b"first", b"next", b"value_hash_sum")] == [b"0", b"5", b"3"]


def test_segments_are_read_only_and_named_after_their_first_offset(landing: Landing) -> None:
    """The name is the lock, and a landed segment is not changed by accident."""
    publish(landing, 0, 3)
    segment = publish(landing, 3, 2)
    assert segment.path.name == "00000000000000000003.parquet"
    assert stat.S_IMODE(segment.path.stat().st_mode) == 0o440
    assert [entry.name for entry in folder(landing).iterdir() if entry.suffix == ".tmp"] == []


def test_the_second_writer_of_a_name_fails_and_changes_nothing(landing: Landing) -> None:
    """A zombie that wakes after its successor landed must not overwrite it; ``rename`` would."""
    segment = publish(landing, 0, 3)
    before = segment.path.read_bytes()
    with pytest.raises(FileExistsError):
        publish(landing, 0, 2)
    assert segment.path.read_bytes() == before


def test_a_writer_whose_place_is_behind_the_chain_has_lost_too(landing: Landing) -> None:
    """Another writer cut its segments elsewhere: no file bears our name, and yet our rows have landed."""
    publish(landing, 0, 5)
    with pytest.raises(FileExistsError):
        publish(landing, 3, 4)


def test_a_writer_beyond_the_end_of_the_chain_is_refused(landing: Landing) -> None:
    """A hole between two segments can only come from a defect; nothing is written past it."""
    publish(landing, 0, 5)
    with pytest.raises(ChainBroken, match="next would begin at 7"):
        publish(landing, 7, 1)


def test_a_segment_that_exists_with_our_very_bytes_is_ours(landing: Landing) -> None:
    """When the folder's fsync fails after the name was made, the same try again must not count as a lost race."""
    once = publish(landing, 0, 3)
    assert publish(landing, 0, 3) == once


@pytest.mark.parametrize(
    ("first", "after", "gaps"),
    [
        (0, 4, ()),
        (0, 2, ()),
        (1, 4, ()),
        (0, 5, (Gap(4, 5, "hole"),)),
        (0, 4, (Gap(2, 4, "hole"),)),
        (0, 3, (Gap(1, 2, "hole"),)),
    ],
    ids=["too far", "too short", "shifted", "a skipped offset", "a gap over a row", "a gap inside"],
)
def test_rows_and_gaps_that_do_not_account_for_each_offset_are_not_landed(
    landing: Landing, first: int, after: int, gaps: tuple[Gap, ...]
) -> None:
    """Seeded bugs: ``next`` off by one, a hole that spans a record, a hole not recorded."""
    with pytest.raises(PuyangoError, match="do not account for"):
        landing.publish(COUNTS, CHAIN, 0, first, after, frame(COUNTS, [count("0901", MARCH, 1)] * 3, 0, 0), gaps)
    assert landing.segments(COUNTS.name) == []


def test_a_run_may_be_nothing_but_a_hole(landing: Landing) -> None:
    """An aborted transaction at the end of the log is accounted for, or every restart reads it again."""
    segment = publish(landing, 0, 0, (Gap(0, 7, "hole"),))
    assert (segment.rows, segment.gap_offsets, landing.next_offset(COUNTS.name, CHAIN, 0)) == (0, 7, 7)


@given(cuts=st.lists(st.tuples(st.integers(0, 4), st.integers(0, 3)), min_size=1, max_size=8))
def test_however_a_log_is_cut_its_segments_follow_one_another(
    tmp_path_factory: pytest.TempPathFactory, cuts: list[tuple[int, int]]
) -> None:
    """I3: each segment begins where the one before ended, and rows + gaps = next - first."""
    landing = Landing(tmp_path_factory.mktemp("cuts"))
    at = 0
    for rows, hole in cuts:
        if rows + hole:
            publish(landing, at, rows, (Gap(at + rows, at + rows + hole, "hole"),) if hole else ())
            at += rows + hole
    segments = landing.segments(COUNTS.name)
    assert sum(segment.rows + segment.gap_offsets for segment in segments) == at
    assert [segment.first for segment in segments[1:]] == [segment.next for segment in segments[:-1]]


def three(landing: Landing) -> list[Path]:
    """Land three segments; return their paths."""
    return [publish(landing, first, 3).path for first in (0, 3, 6)]


def test_a_segment_deleted_from_the_middle_is_missed(landing: Landing) -> None:
    """O27: the family stops before anything downstream moves, and the message names both neighbours."""
    paths = three(landing)
    paths[1].unlink()
    with pytest.raises(ChainBroken, match=rf"{paths[0].name}.*{paths[2].name}"):
        landing.segments(COUNTS.name)


def test_the_first_segment_deleted_is_missed(landing: Landing) -> None:
    """A chain that begins with a segment that follows another has lost its head."""
    three(landing)[0].unlink()
    with pytest.raises(ChainBroken, match="missing"):
        landing.segments(COUNTS.name)


def test_one_edited_byte_is_seen(landing: Landing) -> None:
    """The next segment holds the sha256 of the one before, so the landing cannot be edited unseen."""
    paths = three(landing)
    assert len(landing.segments(COUNTS.name)) == 3
    content = bytearray(paths[1].read_bytes())
    content[20] ^= 1
    paths[1].chmod(0o640)
    paths[1].write_bytes(content)
    with pytest.raises(ChainBroken, match=rf"{paths[1].name}.*{paths[2].name}"):
        landing.segments(COUNTS.name)


def test_a_segment_under_a_name_that_is_not_its_own_is_refused(landing: Landing) -> None:
    """D7: a file copied by hand claims offsets that another one holds."""
    paths = three(landing)
    paths[2].with_name("00000000000000000009.parquet").write_bytes(paths[2].read_bytes())
    with pytest.raises(ChainBroken, match="not what its name says"):
        landing.segments(COUNTS.name)


def test_a_segment_cut_short_is_refused(landing: Landing) -> None:
    """A disk that lied leaves a stump under a final name."""
    path = three(landing)[2]
    path.chmod(0o640)
    path.write_bytes(path.read_bytes()[:100])
    with pytest.raises(ChainBroken, match="not a segment"):
        landing.segments(COUNTS.name)


def test_foreign_files_and_links_are_never_opened(landing: Landing, tmp_path: Path) -> None:
    """D8: a planted file is not data; what bears no name of ours is passed over, and a link is never followed."""
    three(landing)
    (folder(landing) / "notes.parquet").write_bytes(b"not ours")
    (folder(landing) / "00000000000000000009.parquet").symlink_to(tmp_path / "elsewhere")
    (landing.folder / COUNTS.name / CHAIN.folder / "replays").mkdir()
    (landing.folder / COUNTS.name / "README").write_bytes(b"not ours")
    assert len(landing.segments(COUNTS.name)) == 3


def test_another_log_is_another_chain(landing: Landing) -> None:
    """K12: a topic made anew begins again at offset 0, and is never mixed with the old one."""
    publish(landing, 0, 3)
    other = Chain(CHAIN.cluster_id, "made-anew", CHAIN.topic)
    assert landing.next_offset(COUNTS.name, other, 0) is None
    landing.publish(COUNTS, other, 0, 0, 1, frame(COUNTS, [count("0901", MARCH, 1)], 0, 0), ())
    assert len(landing.segments(COUNTS.name)) == 2


def test_a_walk_reads_each_segment_once_and_then_trusts_it_while_untouched(
    landing: Landing, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The cost of a run grows with what is new, not with the history; another process profits as well."""
    three(landing)
    landing.segments(COUNTS.name)
    read: list[str] = []
    fresh = digest.fresh

    def counted(path: Path) -> str:
        read.append(path.name)
        return fresh(path)

    monkeypatch.setattr(digest, "fresh", counted)
    digest._notes.cache_clear()  # noqa: SLF001 (as another process would begin)
    landing.segments(COUNTS.name)
    assert read == []


def test_temporary_files_of_the_dead_go_and_those_of_the_living_stay(landing: Landing) -> None:
    """P1 and D11: a crash leaves no rubbish for ever, and no writer loses what it is writing."""
    three(landing)
    dead = subprocess.run([sys.executable, "-c", "import os; print(os.getpid())"], check=True, capture_output=True)
    left = folder(landing) / f".00000000000000000009.parquet.{host()}.{int(dead.stdout)}.00000000.tmp"
    living = folder(landing) / f".00000000000000000009.parquet.{host()}.{os.getppid()}.00000000.tmp"
    old = folder(landing) / f".00000000000000000012.parquet.{host()}.{os.getppid()}.00000000.tmp"
    elsewhere = folder(landing) / f".00000000000000000009.parquet.other-{host()}.{int(dead.stdout)}.00000000.tmp"
    for file in (left, living, old, elsewhere):
        file.write_bytes(b"")
    os.utime(old, (0, 0))
    landing.open(COUNTS.name, CHAIN)
    assert [file.exists() for file in (left, living, old, elsewhere)] == [False, True, False, True]
    assert len(landing.segments(COUNTS.name)) == 3


def test_a_landing_that_cannot_be_made_says_so(tmp_path: Path) -> None:
    """O19: the operator learns the path at the start, not at the first segment."""
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(PuyangoError, match="file"):
        Landing(tmp_path / "file").open(COUNTS.name, CHAIN)
    if os.getuid():
        (tmp_path / "closed").mkdir(mode=0o500)
        with pytest.raises(OutputRefused, match="closed"):
            Landing(tmp_path / "closed" / "landing").open(COUNTS.name, CHAIN)


def test_bytes_are_synced_before_the_name_and_the_name_before_the_answer(
    landing: Landing, monkeypatch: pytest.MonkeyPatch
) -> None:
    """I5: after a power cut a segment is whole or absent; link before fsync leaves a short file under a final name."""
    steps: list[str] = []
    sync, link = os.fsync, os.link

    def synced(descriptor: int) -> None:
        steps.append("sync folder" if stat.S_ISDIR(os.fstat(descriptor).st_mode) else "sync file")
        sync(descriptor)

    def linked(source: Path, target: Path) -> None:
        steps.append("link")
        link(source, target)

    monkeypatch.setattr(os, "fsync", synced)
    monkeypatch.setattr(os, "link", linked)
    publish(landing, 0, 1)
    assert steps[-3:] == ["sync file", "link", "sync folder"]


def test_a_row_counts_once_for_each_reason_whatever_the_field() -> None:
    """The figures of status must add up to what a person counts in the rows."""
    items = pl.Series(["bad_code@post;bad_code@reporter", "empty", "bad_code@post"])
    assert tally(items) == {"bad_code": 2, "empty": 1}
