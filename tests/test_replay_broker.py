"""Replay to a real Kafka: killed, interrupted, cut off from its broker, and every row is there once."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections import Counter
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, cast

import polars as pl
import pytest
from confluent_kafka import OFFSET_BEGINNING, Consumer, KafkaError, TopicPartition

from streams import event
from streams.broker import server, topics
from streams.families import crossing_count, traveller_crossing
from streams.replay import replay
from streams.sources.adapter import events
from streams.sources.checkpoint import digest
from streams.sources.source import DATA, source, sources
from tests.streamed import make_anew
from tests.test_replay import sample

if TYPE_CHECKING:
    from puyango.settings import Settings
    from streams.contract import Contract

COUNTS = DATA / "us_bts_border_crossing" / "border_crossing_entry_data.parquet"
CONTRACT = traveller_crossing.CONTRACT


def on_topic(settings: Settings, contract: Contract, mark: str) -> dict[int, list[bytes]]:
    """Return the values of every row of a file, as an independent client reads them.

    The broker tells the end of each partition: a topic may have holes, so counting would not.
    """
    servers = settings.kafka_bootstrap_servers or server.status(settings).address
    options = {"bootstrap.servers": servers, "group.id": "oracle", "enable.auto.commit": False}
    consumer = Consumer({**options, "enable.partition.eof": True, "auto.offset.reset": "earliest"})
    consumer.assign([TopicPartition(contract.topic, each, OFFSET_BEGINNING) for each in range(contract.partitions)])
    found: dict[int, list[bytes]] = {}
    ended: set[int | None] = set()
    until = time.monotonic() + 60
    while len(ended) < contract.partitions:
        assert time.monotonic() < until, f"only the partitions {ended} of {contract.topic} have an end"
        for record in consumer.consume(1_000, timeout=0.2):
            if fault := record.error():
                assert fault.code() == KafkaError._PARTITION_EOF, fault  # noqa: SLF001 (its public name)
                ended.add(record.partition())
                continue
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


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["--family", "crossing_count", "us_bts"], "--family and the source us_bts exclude one another"),
        (["--family", "crossing_count"], "--family names no files"),
        (["--family", "crossing_cont", "x.csv"], "Did you mean crossing_count?"),
        (["--family", "traveller_crossing", "x.csv", "--coverage", "full"], "--coverage belongs to a source"),
        ([], "no SOURCE and no --family"),
    ],
)
def test_a_command_that_means_two_things_is_refused(settings: Settings, words: list[str], told: str) -> None:
    """Whoever mixes the two ways must not find out on the topic which one was taken."""
    refused = command(settings, *words)
    _, said = refused.communicate(timeout=60)
    assert refused.returncode == 2
    assert told in said


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
    make_anew(connected, contract)
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
    make_anew(connected, CONTRACT)
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


@pytest.mark.broker
def test_an_offered_file_arrives_is_not_sent_twice_and_may_grow(connected: Settings, tmp_path: Path) -> None:
    """A ministry's own table takes the way of every other file, from the command line to the real topic."""
    contract = crossing_count.CONTRACT
    make_anew(connected, contract)
    file = tmp_path / "own.csv"
    rows = [values for _, values in islice(events(source("us_bts"), COUNTS), 3_000)]
    frame = pl.DataFrame(rows, infer_schema_length=None)
    for height, told in (
        (2_000, "2,000 records sent"),
        (2_000, "All 2,000 rows are on"),
        (3_000, "1,000 records sent"),
    ):
        frame.head(height).write_csv(file)
        done = command(connected, "--family", contract.name, str(file))
        said, complaint = done.communicate(timeout=90)
        assert done.returncode == 0, complaint
        assert told in said
    bodies = [body for mark in marks(connected) for row in on_topic(connected, contract, mark).values() for body in row]
    assert Counter(event.body(contract, row) for row in rows) == Counter(bodies)
    frame.with_columns(post=pl.lit("104")).write_csv(file)
    done = command(connected, "--family", contract.name, str(file))
    _, complaint = done.communicate(timeout=90)
    assert done.returncode == 66
    assert "line 2, column post: '104' is refused: bad_code" in " ".join(complaint.split())


def marks(settings: Settings) -> list[str]:
    """Return what the header ``origin`` of each file's records begins with."""
    return [file.stem for file in settings.home.glob("replay/*/*.json")]
