"""Replay: every row of a file is on the topic once, whoever dies, and whenever."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections import Counter
from itertools import islice
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, cast

import polars as pl
import pytest
from confluent_kafka import Consumer, TopicPartition
from hypothesis import given
from hypothesis import settings as bounded
from hypothesis import strategies as st
from kafka.partitioner.default import murmur2

from puyango.errors import Busy, InputUnfit, OperatorNeeded, UsageRefused
from streams import event
from streams.broker import server, topics
from streams.families import crossing_count, traveller_crossing
from streams.reading.memory_log import MemoryLog
from streams.replay import FileReplayed, Replayed, replay, send
from streams.sources.adapter import Adapter, Events, events
from streams.sources.checkpoint import Checkpoint, Checkpoints, digest
from streams.sources.courier import Pace, Way
from streams.sources.source import DATA, source, sources
from streams.sources.table import table

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from puyango.settings import Settings
    from streams.contract import Contract
    from streams.reading.log import Record
    from streams.sources.outlet import Outgoing

SAMPLE = DATA / "ec_inec_esi" / "muestra_2024.csv"
COUNTS = DATA / "us_bts_border_crossing" / "border_crossing_entry_data.parquet"
CONTRACT = traveller_crossing.CONTRACT
STEPS = Pace(25.0, clock=lambda: 0.0, sleep=lambda _: None)
"""Five rows at a time, as fast as they go."""


class CrashError(Exception):
    """The process died."""


class Arrived:
    """Records that a log in memory has acknowledged."""

    def __init__(self, offsets: Mapping[int, int]) -> None:
        """Remember how far."""
        self._offsets = offsets

    def acknowledged(self, limit_s: float) -> Mapping[int, int]:  # noqa: ARG002 (Kafka's needs it)
        """Return how far."""
        return self._offsets


class MemoryOutlet:
    """Sends to a log in memory: in order within a partition, in any order between them, and may die at any record."""

    def __init__(self, log: MemoryLog, order: Sequence[int], burn: Callable[[], None] = lambda: None) -> None:
        """Send to ``log``, its partitions in this order."""
        self._log = log
        self._order = order
        self._burn = burn

    def send(self, records: Iterable[Outgoing]) -> Arrived:
        """Append them."""
        offsets = {}
        for partition, key, value, headers in sorted(records, key=lambda one: self._order.index(one.partition)):
            self._burn()
            self._log.append((CONTRACT.topic, partition), [value], keys=[key], headers=headers)
            offsets[partition] = self._log.end_offsets(CONTRACT.topic)[partition]
        return Arrived(offsets)


def fuse(life: int) -> Callable[[], None]:
    """Return what dies when it is called for the last time."""
    left = iter(range(life))

    def burn() -> None:
        if next(left, None) is None:
            raise CrashError

    return burn


def memory() -> MemoryLog:
    log = MemoryLog()
    log.create(CONTRACT.topic, partitions=4)
    return log


def way(log: MemoryLog, home: Path, order: Sequence[int] = range(4), burn: Callable[[], None] = lambda: None) -> Way:
    outlet = MemoryOutlet(log, order, burn)
    return Way(CONTRACT, log, outlet, Checkpoints(home, "chain"), 4, 5.0, last_words_s=0.0)


def sample(folder: Path, rows: int = 40) -> Path:
    file = folder / "sample.csv"
    file.write_bytes(b"".join(islice(SAMPLE.read_bytes().splitlines(keepends=True), rows + 1)))
    return file


def records(log: MemoryLog) -> list[Record]:
    """Return all that is on the topic."""
    log.assign({(CONTRACT.topic, partition): 0 for partition in range(4)})
    found: list[Record] = []
    while batches := log.poll(0.0):
        found += [record for batch in batches for record in batch.records]
    return found


def carried(log: MemoryLog) -> Counter[bytes]:
    """Return how often each body is on the topic."""
    return Counter(record.value or b"" for record in records(log))


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
        home, log = Path(folder), memory()
        file = sample(home)
        for life, order in zip(lives, orders, strict=False):
            try:
                send(way(log, home, order, fuse(life)), adapter(file), 40, STEPS)
            except CrashError:
                continue
        send(way(log, home, orders[-1]), adapter(file), 40, STEPS)
        assert once(file) == carried(log)


def test_a_replay_that_ended_sends_nothing_a_second_time_unless_asked(tmp_path: Path) -> None:
    """Whoever is not sure whether it ran may run it again."""
    log, file = memory(), sample(tmp_path)
    assert send(way(log, tmp_path), adapter(file), 40, STEPS) == FileReplayed("sample.csv", 40, 40)
    assert send(way(log, tmp_path), adapter(file), 40, STEPS) == FileReplayed("sample.csv", 40, 0)
    assert once(file) == carried(log)
    assert send(way(log, tmp_path), adapter(file), 40, STEPS, again=True) == FileReplayed("sample.csv", 40, 40)
    assert once(file) + once(file) == carried(log)


def test_the_topic_of_another_cluster_gets_every_row(tmp_path: Path) -> None:
    """A checkpoint speaks of one topic; one made anew under the old name is empty."""
    file = sample(tmp_path)
    send(way(memory(), tmp_path), adapter(file), 40, STEPS)
    log = memory()
    other = Way(CONTRACT, log, MemoryOutlet(log, range(4)), Checkpoints(tmp_path, "another"), 4, 5.0)
    assert send(other, adapter(file), 40, STEPS).sent == 40


def test_a_repaired_line_is_where_the_replay_goes_on(tmp_path: Path) -> None:
    """FAULTS O5: the repaired file is another file by its hash, and must not be sent from its first row."""
    log, file = memory(), sample(tmp_path)
    whole = file.read_bytes()
    lines = whole.splitlines(keepends=True)
    lines[21] = b",".join(lines[21].split(b",")[:-1]) + b"\r\n"
    file.write_bytes(b"".join(lines))
    with pytest.raises(InputUnfit, match="line 22 has 24 of 25 columns") as unfit:
        send(way(log, tmp_path), adapter(file), 40, STEPS)
    assert "The 20 rows before are sent." in unfit.value.remedy
    file.write_bytes(whole)
    assert send(way(log, tmp_path), adapter(file), 40, STEPS).sent == 20
    assert once(file) == carried(log)


def test_another_file_is_not_taken_for_the_repaired_one(tmp_path: Path) -> None:
    """Only the very lines that were sent say that a file is the repaired one; another year has every row to send."""
    log, file = memory(), sample(tmp_path)
    lines = file.read_bytes().splitlines(keepends=True)
    file.write_bytes(b"".join([*lines[:21], b"cut off", *lines[22:]]))
    with pytest.raises(InputUnfit, match="line 22"):
        send(way(log, tmp_path), adapter(file), 40, STEPS)
    other = tmp_path / "other.csv"
    other.write_bytes(b"".join([lines[0], *lines[2:], lines[1]]))
    assert send(way(log, tmp_path), adapter(other), 40, STEPS).sent == 40


def test_an_unknown_word_is_added_to_its_list_and_the_replay_goes_on(tmp_path: Path) -> None:
    """The file stays as it is, so its checkpoint is found by its hash."""
    log, file = memory(), sample(tmp_path)
    lines = file.read_bytes().splitlines(keepends=True)
    lines[11] = lines[11].replace("Vía".encode(), b"Pfad", 1)
    file.write_bytes(b"".join(lines))
    for _ in range(2):
        with pytest.raises(InputUnfit, match="line 12: via_tran"):
            send(way(log, tmp_path), adapter(file), 40, STEPS)
    assert sum(carried(log).values()) == 10


def test_two_replays_of_one_file_do_not_run_at_once(tmp_path: Path) -> None:
    """Two that do not know of each other would send every row twice."""
    file, checkpoints = sample(tmp_path), Checkpoints(tmp_path, "chain")
    with checkpoints.alone(digest(file), "sample.csv"), pytest.raises(Busy, match="another process is sending"):
        send(way(memory(), tmp_path), adapter(file), 40, STEPS)


def test_a_checkpoint_that_cannot_be_read_stops(tmp_path: Path) -> None:
    """Taken for none, it would mean that every row is sent again."""
    checkpoints = Checkpoints(tmp_path, "chain")
    checkpoints.keep(Checkpoint("ec_inec_esi", "x", "ab" * 32, 1, {}))
    next(checkpoints.folder.glob("*.json")).write_text("{", encoding="utf-8")
    with pytest.raises(OperatorNeeded, match="is not a checkpoint"):
        checkpoints.find("ab" * 32)


def test_records_carry_their_contract_and_their_origin(tmp_path: Path) -> None:
    """From any record one can go back to the line of the file, and a wrong contract is refused on landing."""
    log, file = memory(), sample(tmp_path)
    send(way(log, tmp_path), adapter(file), 40, STEPS)
    headers = [record.headers for record in records(log)]
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


def on_topic(settings: Settings, contract: Contract, mark: str) -> dict[int, list[bytes]]:
    """Return the values of every row of a file, as an independent client reads them."""
    servers = settings.kafka_bootstrap_servers or server.status(settings).address
    consumer = Consumer({"bootstrap.servers": servers, "group.id": "oracle", "enable.auto.commit": False})
    found: dict[int, list[bytes]] = {}
    for partition in range(contract.partitions):
        place = TopicPartition(contract.topic, partition, 0)
        _, end = consumer.get_watermark_offsets(place, timeout=10)
        consumer.assign([place])
        read = 0
        while read < end:
            records = consumer.consume(min(end - read, 5_000), timeout=10)
            read += len(records)
            for record in records:
                origin = dict(cast("list[tuple[str, bytes]]", record.headers() or [])).get("origin", b"").decode()
                if origin.startswith(f"{mark}:"):
                    found.setdefault(int(origin.split(":")[1]), []).append(record.value() or b"")
    consumer.close()
    return found


def command(settings: Settings, *words: str) -> subprocess.Popen[str]:
    environ = {
        **os.environ,
        "PUYANGO_HOME": str(settings.home),
        "PUYANGO_KAFKA_BOOTSTRAP_SERVERS": settings.kafka_bootstrap_servers,
        "PUYANGO_REQUEST_S": f"{settings.request_s:g}",
    }
    program = [str(Path(sys.executable).with_name("puyango")), "replay", *words]
    return subprocess.Popen(program, env=environ, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def wait_for_rows(settings: Settings, rows: int, running: subprocess.Popen[str]) -> None:
    """Wait until a checkpoint says that more than so many rows have arrived."""
    until = time.monotonic() + 60
    while time.monotonic() < until and running.poll() is None:
        for file in settings.home.glob("replay/*/*.json"):
            if (
                '"rows":0,' not in (said := file.read_text("utf-8"))
                and int(said.split('"rows":')[1].split(",")[0]) > rows
            ):
                return
        time.sleep(0.02)
    pytest.fail(f"no {rows} rows arrived: {running.communicate()}")


def test_the_command_line_names_the_sources(settings: Settings) -> None:
    """FAULTS O1: exit code 2, and a person who mistyped needs no manual."""
    mistyped = command(settings, "us_bst")
    _, said = mistyped.communicate(timeout=60)
    assert mistyped.returncode == 2
    assert "there is no source us_bst" in said
    assert f"The sources are: {', '.join(sources())}." in said


@pytest.mark.broker
def test_a_replay_killed_twice_goes_on_and_every_row_is_there_once(connected: Settings, tmp_path: Path) -> None:
    """The promise that a newcomer tests first: kill -9 in the middle, and the same command again."""
    contract = crossing_count.CONTRACT
    topics.create(connected, contract)
    file = tmp_path / "counts.parquet"
    pl.read_parquet(COUNTS).slice(1_000, 30_000).write_parquet(file)
    for rows in (2_000, 8_000):
        running = command(connected, "us_bts", str(file), "--rate", "9000")
        wait_for_rows(connected, rows, running)
        running.kill()
        running.communicate()
    done = replay(connected, "us_bts", [file])
    assert done.rows == 30_000
    assert 0 < done.sent < 24_000
    found = on_topic(connected, contract, digest(file)[:16])
    expected = {row: [event.body(contract, values)] for row, values in events(source("us_bts"), file)}
    assert expected == found


@pytest.mark.broker
def test_an_interrupted_replay_says_how_to_go_on_and_does(connected: Settings, tmp_path: Path) -> None:
    """FAULTS O31."""
    topics.create(connected, CONTRACT)
    file = sample(tmp_path, 400)
    running = command(connected, "ec_inec_esi", str(file), "--rate", "100")
    wait_for_rows(connected, 100, running)
    running.send_signal(signal.SIGINT)
    _, said = running.communicate(timeout=30)
    assert running.returncode == 130
    assert "Start the same command again" in said
    done = replay(connected, "ec_inec_esi", [file])
    assert 0 < done.sent < 300
    found = on_topic(connected, CONTRACT, digest(file)[:16])
    assert dict.fromkeys(range(1, 401), 1) == {row: len(values) for row, values in found.items()}


@pytest.mark.broker
def test_a_broker_that_dies_is_told_and_nothing_is_lost_when_it_is_back(own_broker: Settings, tmp_path: Path) -> None:
    """A record that nobody acknowledged must not be counted as sent, and one that was must not be sent again."""
    contract = crossing_count.CONTRACT
    hasty = own_broker.model_copy(update={"request_s": 3.0})
    pid = server.start(own_broker).pid
    topics.create(own_broker, contract)
    file = tmp_path / "counts.parquet"
    pl.read_parquet(COUNTS).slice(5_000, 30_000).write_parquet(file)
    running = command(hasty, "us_bts", str(file), "--rate", "9000")
    wait_for_rows(own_broker, 4_000, running)
    os.kill(pid, signal.SIGKILL)
    _, said = running.communicate(timeout=60)
    assert running.returncode == 69
    assert "Start the same command again" in said
    server.start(own_broker)
    assert 0 < replay(own_broker, "us_bts", [file]).sent < 26_000
    found = on_topic(own_broker, contract, digest(file)[:16])
    assert dict.fromkeys(range(1, 30_001), 1) == {row: len(values) for row, values in found.items()}
