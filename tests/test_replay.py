"""Replay: every row of a file is on the topic once, whoever dies, and whenever."""

from __future__ import annotations

from collections import Counter
from contextlib import suppress
from itertools import islice
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

import polars as pl
import pytest
from hypothesis import given
from hypothesis import settings as bounded
from hypothesis import strategies as st
from kafka.partitioner.default import murmur2

from puyango.errors import Busy, InputUnfit, OperatorNeeded, UsageRefused
from streams import event
from streams.families import traveller_crossing
from streams.replay import FileReplayed, Replayed, replay
from streams.sources.adapter import Adapter, events
from streams.sources.checkpoint import Checkpoint, Checkpoints, digest
from streams.sources.courier import Pace
from streams.sources.delivery import send
from streams.sources.events import Events
from streams.sources.source import DATA, source
from streams.sources.table import table
from tests.outlets import STEPS, CrashError, Topic, fuse

if TYPE_CHECKING:
    from puyango.settings import Settings

SAMPLE = DATA / "ec_inec_esi" / "muestra_2024.csv"
CONTRACT = traveller_crossing.CONTRACT


def sample(folder: Path, rows: int = 40) -> Path:
    file = folder / "sample.csv"
    file.write_bytes(b"".join(islice(SAMPLE.read_bytes().splitlines(keepends=True), rows + 1)))
    return file


def once(file: Path) -> Counter[bytes]:
    """Return what the topic must hold: each row of the file, once."""
    return Counter(event.body(CONTRACT, row) for _, row in events(source("ec_inec_esi"), file))


def adapter(file: Path) -> Adapter:
    return Adapter(source("ec_inec_esi"), table(file), ())


@bounded(deadline=None, max_examples=30)
@given(
    lives=st.lists(st.integers(0, 45), min_size=1, max_size=4),
    orders=st.lists(st.permutations(range(4)), min_size=5, max_size=5),
)
def test_a_replay_that_dies_at_any_record_loses_nothing_and_repeats_nothing(
    lives: list[int], orders: list[list[int]]
) -> None:
    """Partitions run ahead of one another, so what arrived after the checkpoint is a set of rows and not a number."""
    with TemporaryDirectory() as folder:
        home, topic = Path(folder), Topic(CONTRACT, Path(folder))
        file = sample(home)
        for life, order in zip(lives, orders, strict=False):
            try:
                send(topic.way(order, fuse(life)), adapter(file), 40, STEPS)
            except CrashError:
                continue
        send(topic.way(orders[-1]), adapter(file), 40, STEPS)
        assert once(file) == topic.carried()


def test_a_replay_that_ended_sends_nothing_a_second_time_unless_asked(tmp_path: Path) -> None:
    """Whoever is not sure whether it ran may run it again."""
    topic, file = Topic(CONTRACT, tmp_path), sample(tmp_path)
    assert send(topic.way(), adapter(file), 40, STEPS) == FileReplayed("sample.csv", 40, 40)
    assert send(topic.way(), adapter(file), 40, STEPS) == FileReplayed("sample.csv", 40, 0)
    assert once(file) == topic.carried()
    assert send(topic.way(), adapter(file), 40, STEPS, again=True) == FileReplayed("sample.csv", 40, 40)
    assert once(file) + once(file) == topic.carried()


def test_the_topic_of_another_cluster_gets_every_row(tmp_path: Path) -> None:
    """A checkpoint speaks of one topic; one made anew under the old name is empty."""
    file = sample(tmp_path)
    send(Topic(CONTRACT, tmp_path).way(), adapter(file), 40, STEPS)
    other = Topic(CONTRACT, tmp_path).way(chain="another")
    assert send(other, adapter(file), 40, STEPS).sent == 40


def test_a_repaired_line_is_where_the_replay_goes_on(tmp_path: Path) -> None:
    """FAULTS O5: the repaired file is another file by its hash, and must not be sent from its first row."""
    topic, file = Topic(CONTRACT, tmp_path), sample(tmp_path)
    whole = file.read_bytes()
    lines = whole.splitlines(keepends=True)
    lines[21] = b",".join(lines[21].split(b",")[:-1]) + b"\r\n"
    file.write_bytes(b"".join(lines))
    with pytest.raises(InputUnfit, match="line 22 has 24 of 25 columns") as unfit:
        send(topic.way(), adapter(file), 40, STEPS)
    assert "The 20 rows before are sent." in unfit.value.remedy
    file.write_bytes(whole)
    assert send(topic.way(), adapter(file), 40, STEPS).sent == 20
    assert once(file) == topic.carried()


@pytest.mark.parametrize("kind", ["csv", "parquet"])
def test_of_a_file_that_grew_only_the_new_rows_are_sent(tmp_path: Path, kind: str) -> None:
    """An agency adds a month to the file of the year; last month's rows are on the topic already."""
    topic, file = Topic(CONTRACT, tmp_path), tmp_path / f"year.{kind}"
    for rows in (30, 40):
        whole = sample(tmp_path, rows)
        if kind == "csv":
            file.write_bytes(whole.read_bytes())
        else:
            pl.read_csv(whole, infer_schema=False).write_parquet(file, row_group_size=7 + rows)
        sent = send(topic.way(), adapter(file), rows, STEPS).sent
        assert (30 if rows == 30 else 10) == sent
    assert once(file) == topic.carried()


def test_a_file_that_lost_rows_is_another_file(tmp_path: Path) -> None:
    """Fewer rows than were sent are a correction of the publisher, which no replay can take back."""
    topic = Topic(CONTRACT, tmp_path)
    send(topic.way(), adapter(sample(tmp_path, 40)), 40, STEPS)
    assert send(topic.way(), adapter(sample(tmp_path, 39)), 39, STEPS).sent == 39


def test_another_coverage_is_refused_until_every_row_goes_anew(tmp_path: Path) -> None:
    """Told once as a sample and once as full, the same rows would be half in a headline."""
    topic, file = Topic(CONTRACT, tmp_path), sample(tmp_path)
    full = Adapter(source("ec_inec_esi"), table(file), (), "full")
    send(topic.way(), adapter(file), 40, STEPS)
    with pytest.raises(UsageRefused, match="were sent as coverage sample, not full") as refused:
        send(topic.way(), full, 40, STEPS)
    assert "--again" in refused.value.remedy
    assert send(topic.way(), full, 40, STEPS, again=True).sent == 40
    with pytest.raises(UsageRefused, match="were sent as coverage full, not sample"):
        send(topic.way(), adapter(file), 40, STEPS)


def test_another_file_is_not_taken_for_the_repaired_one(tmp_path: Path) -> None:
    """Only the very lines that were sent say that a file is the repaired one; another year has every row to send."""
    topic, file = Topic(CONTRACT, tmp_path), sample(tmp_path)
    lines = file.read_bytes().splitlines(keepends=True)
    file.write_bytes(b"".join([*lines[:21], b"cut off", *lines[22:]]))
    with pytest.raises(InputUnfit, match="line 22"):
        send(topic.way(), adapter(file), 40, STEPS)
    other = tmp_path / "other.csv"
    other.write_bytes(b"".join([lines[0], *lines[2:], lines[1]]))
    assert send(topic.way(), adapter(other), 40, STEPS).sent == 40


def test_an_unknown_word_is_added_to_its_list_and_the_replay_goes_on(tmp_path: Path) -> None:
    """The file stays as it is, so its checkpoint is found by its hash."""
    topic, file = Topic(CONTRACT, tmp_path), sample(tmp_path)
    lines = file.read_bytes().splitlines(keepends=True)
    lines[11] = lines[11].replace("Vía".encode(), b"Pfad", 1)
    file.write_bytes(b"".join(lines))
    for _ in range(2):
        with pytest.raises(InputUnfit, match="line 12: via_tran"):
            send(topic.way(), adapter(file), 40, STEPS)
    assert sum(topic.carried().values()) == 10


def test_a_header_of_somebody_else_does_not_stop_a_replay(tmp_path: Path) -> None:
    """Anybody may send a header named as ours, with our mark and no number behind it."""
    topic, file = Topic(CONTRACT, tmp_path), sample(tmp_path)
    with suppress(CrashError):
        send(topic.way(burn=fuse(7)), adapter(file), 40, STEPS)
    mark = digest(file)[:16].encode()
    for foreign in (b":x", b":", b":-1", b":1_0", b":" + b"9" * 5_000):
        topic.log.append((CONTRACT.topic, 0), [b"{}"], headers=[("origin", mark + foreign)])
    send(topic.way(), adapter(file), 40, STEPS)
    carried = topic.carried()
    carried.pop(b"{}")
    assert once(file) == carried


def test_two_replays_of_one_file_do_not_run_at_once(tmp_path: Path) -> None:
    """Two that do not know of each other would send every row twice."""
    file, checkpoints = sample(tmp_path), Checkpoints(tmp_path, "c")
    with checkpoints.alone(digest(file), "sample.csv"), pytest.raises(Busy, match="another process is sending"):
        send(Topic(CONTRACT, tmp_path).way(), adapter(file), 40, STEPS)


def test_a_checkpoint_that_cannot_be_read_stops(tmp_path: Path) -> None:
    """Taken for none, it would mean that every row is sent again."""
    checkpoints = Checkpoints(tmp_path, "chain")
    checkpoints.keep(Checkpoint("ec_inec_esi", "x", "ab" * 32, 1, {}))
    next(checkpoints.folder.glob("*.json")).write_text("{", encoding="utf-8")
    with pytest.raises(OperatorNeeded, match="is not a checkpoint"):
        checkpoints.find("ab" * 32)


def test_records_carry_their_contract_and_their_origin(tmp_path: Path) -> None:
    """From any record one can go back to the line of the file, and a wrong contract is refused on landing."""
    topic, file = Topic(CONTRACT, tmp_path), sample(tmp_path)
    send(topic.way(), adapter(file), 40, STEPS)
    headers = [record.headers for record in topic.records()]
    mark = digest(file)[:16]
    assert {one[0] for one in headers} == {("schema", b"traveller_crossing/1")}
    assert {one[1] for one in headers} == {("origin", f"{mark}:{row}".encode()) for row in range(1, 41)}


@given(st.lists(st.binary(max_size=70), max_size=40), st.integers(1, 9))
def test_keys_lie_where_every_client_puts_them(keys: list[bytes], partitions: int) -> None:
    """One thing sent by two programs in two languages must meet in one partition."""
    expected = [(murmur2(key) & 0x7FFFFFFF) % partitions for key in keys]
    assert event.partitions(keys, partitions) == expected


def test_a_rate_is_kept() -> None:
    """A replay may share its broker with people who work."""
    naps: list[float] = []
    pace = Pace(50.0, clock=lambda: 0.0, sleep=naps.append)
    pieces = list(pace.steps(Events(1, pl.DataFrame({"x": range(25)}))))
    assert [(piece.first, piece.last) for piece in pieces] == [(1, 10), (11, 20), (21, 25)]
    assert naps == pytest.approx([0.2, 0.2, 0.1])


@pytest.mark.parametrize("rate", [-5.0, 0.0, float("inf"), float("nan")])
def test_a_rate_that_is_none_is_refused(settings: Settings, rate: float) -> None:
    """FAULTS O10."""
    with pytest.raises(UsageRefused, match="out of range"):
        replay(settings, "us_bts", rate=rate)


@pytest.mark.parametrize(
    ("name", "coverage", "told"),
    [
        ("us_bts", "full", "has no coverage"),
        ("ec_inec_esi", "half", "one of: full, sample"),
        ("ec_inec_esi", "full", "the files that ship are samples"),
    ],
)
def test_a_coverage_that_cannot_be_is_refused(settings: Settings, name: str, coverage: str, told: str) -> None:
    """A sample that says it is full would reach a headline."""
    with pytest.raises(UsageRefused, match=told):
        replay(settings, name, coverage=coverage)


def test_a_header_alone_is_zero_rows_without_a_broker(settings: Settings, tmp_path: Path) -> None:
    """FAULTS O6: nothing to send is no error."""
    file = sample(tmp_path, rows=0)
    done = replay(settings, "ec_inec_esi", [file])
    assert done == Replayed("ec_inec_esi", CONTRACT.topic, (FileReplayed("sample.csv", 0, 0),))


def test_a_file_that_does_not_fit_is_told_before_a_broker_is_asked(settings: Settings, tmp_path: Path) -> None:
    """FAULTS O2: also when no broker runs."""
    with pytest.raises(InputUnfit, match="there is no such file"):
        replay(settings, "us_bts", [tmp_path / "missing.csv"])
