"""Hop 1 on a real Apache Kafka, checked with another client and another Parquet reader."""

from __future__ import annotations

import os
import random
import re
import signal
import subprocess
import sys
import threading
import time
from collections import Counter
from typing import TYPE_CHECKING

import confluent_kafka
import pyarrow as pa  # type: ignore[import-untyped]  # it ships no types
import pyarrow.parquet as pq  # type: ignore[import-untyped]  # as above
import pytest
from kafka import KafkaProducer, TopicPartition
from kafka.record.default_records import DefaultRecordBatch

from puyango.cli import topic
from puyango.errors import OperatorNeeded
from puyango.log import configure
from streams.broker import topics
from streams.broker.admin import administrator
from streams.broker.client import admin_options, producer_options
from streams.families.crossing_count import CONTRACT
from streams.ingest import ingest
from streams.landing import Landing
from streams.privacy.keys import Keyring
from streams.reading.bomb import HEADER, repacked
from streams.reading.kafka_log import KafkaLog
from tests.ingested import good

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from puyango.settings import Settings
    from streams.segments.segment import Segment

pytestmark = pytest.mark.broker

PROGRAM = "from puyango.cli import main; main()"
MEASURED = (
    "import atexit, pathlib, sys\n"
    "atexit.register(lambda: sys.stderr.write(pathlib.Path('/proc/self/status').read_text()))\n" + PROGRAM
)
KEY = b'["us_bts_border_crossing","US","0901","entry","_Z","trucks","M","2024-01"]'


@pytest.fixture(autouse=True, scope="module")
def _quiet() -> None:
    """Say warnings alone."""
    configure(quiet=True)


@pytest.fixture
def clean(connected: Settings) -> Settings:
    """Return settings whose broker has the family's topic, empty and made anew."""
    with administrator(admin_options(connected)) as admin:
        if CONTRACT.topic in admin.list_topics():
            admin.delete_topics([CONTRACT.topic])
    wait_until(lambda: topics.create(connected, CONTRACT), 30)
    return connected.model_copy(update={"segment_rows": 50, "refusal_budget_pct": 100.0})


def wait_until(true: Callable[[], bool], seconds: float) -> None:
    """Return once ``true``."""
    deadline = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < deadline
        time.sleep(0.1)


def send(settings: Settings, partition: int, values: list[bytes], **options: object) -> None:
    """Produce ``values`` to one partition with kafka-python."""
    with KafkaProducer(**{**producer_options(settings), "compression_type": None, **options}) as producer:
        for value in values:
            producer.send(CONTRACT.topic, value, KEY, partition=partition)


def land(settings: Settings) -> list[Segment]:
    """Land all that is there."""
    reported: list[Segment] = []
    log = KafkaLog(settings, [CONTRACT])
    try:
        ingest(
            [CONTRACT],
            log,
            Landing(settings.landing),
            Keyring.open(settings),
            settings,
            until_caught_up=True,
            stop=threading.Event(),
            report=reported.append,
        )
    finally:
        log.close()
    return reported


def sent(settings: Settings) -> Counter[tuple[int, int]]:
    """Return every offset that a committed reader sees, by another client that shares no code with ours."""
    reader = confluent_kafka.Consumer(
        {
            "bootstrap.servers": settings.kafka_bootstrap_servers,
            "group.id": "oracle",
            "isolation.level": "read_committed",
            "enable.auto.commit": False,
            "enable.partition.eof": True,
        }
    )
    seen: Counter[tuple[int, int]] = Counter()
    partitions = set(range(CONTRACT.partitions))
    reader.assign(
        [confluent_kafka.TopicPartition(CONTRACT.topic, n, confluent_kafka.OFFSET_BEGINNING) for n in partitions]
    )
    while partitions:
        record = reader.poll(10)
        assert record is not None
        if record.error():
            partitions.discard(record.partition() or 0)
        else:
            seen[record.partition() or 0, record.offset() or 0] += 1
    reader.close()
    return seen


def rows(settings: Settings, *columns: str) -> pa.Table:
    """Return what has landed, by another Parquet reader."""
    names = ["partition", "offset", *columns]
    return pa.concat_tables(
        [pq.read_table(path, columns=names, partitioning=None) for path in sorted(settings.landing.rglob("*.parquet"))]
    )


def landed(settings: Settings) -> Counter[tuple[int, int]]:
    """Return every offset that has landed, with how often."""
    return Counter(zip(*rows(settings).to_pydict().values(), strict=True))


def log_file(broker: Settings, partition: int) -> Path:
    """Return the file in which the broker keeps the partition."""
    (found,) = (broker.broker).rglob(f"{CONTRACT.topic}-{partition}/00000000000000000000.log")
    return found


def test_what_lands_is_what_another_client_reads(clean: Settings) -> None:
    """I1 and I2: good and malformed records, over all partitions, each offset once."""
    for partition in range(CONTRACT.partitions):
        send(clean, partition, [*map(good, range(70)), b"{", b"", b"\xff"], compression_type="lz4")
    land(clean)
    assert landed(clean) == sent(clean)
    assert rows(clean, "reasons")["reasons"].drop_null().to_pylist() == ["not_json", "empty", "not_utf8"] * 4


@pytest.mark.parametrize("codec", ["gzip", "snappy", "lz4", "zstd"])
def test_every_codec_of_another_producer_is_read(clean: Settings, codec: str) -> None:
    """Which codec a publisher uses is not ours to choose."""
    producer = confluent_kafka.Producer(
        {"bootstrap.servers": clean.kafka_bootstrap_servers, "compression.type": codec, "linger.ms": 50}
    )
    for number in range(200):
        producer.produce(CONTRACT.topic, good(number), KEY, partition=0)
    producer.flush()
    land(clean)
    assert rows(clean, "reported_count")["reported_count"].to_pylist() == list(range(200))


def test_aborted_transactions_are_holes_and_never_rows(clean: Settings) -> None:
    """E36 and K16: read_committed skips them, the offsets stay behind, and a restart does not read them again."""
    with KafkaProducer(**{**producer_options(clean), "transactional_id": "t"}) as producer:
        producer.init_transactions()
        for values, commit in (([good(1)] * 5, False), ([good(2)] * 3, True), ([good(3)] * 2, False)):
            producer.begin_transaction()
            for value in values:
                producer.send(CONTRACT.topic, value, KEY, partition=0)
            producer.flush()
            if commit:
                producer.commit_transaction()
            else:
                producer.abort_transaction()
    segments = land(clean)
    assert landed(clean) == sent(clean)
    assert [(segment.first, segment.next, segment.rows, segment.gap_offsets) for segment in segments] == [
        (0, 13, 3, 10)
    ]
    assert land(clean) == []


@pytest.mark.parametrize("codec", ["gzip", "lz4", "zstd"])
def test_a_bomb_is_refused_and_reading_goes_on(clean: Settings, codec: str) -> None:
    """E32 and K6: a few kilobytes that unpack beyond the cap; the records around it land."""
    tight = clean.model_copy(update={"batch_bytes": 2**20})
    send(tight, 0, [good(1)])
    send(tight, 0, [bytes(3 * 2**20)], compression_type=codec)
    send(tight, 0, [good(2)])
    land(tight)
    assert landed(tight) == sent(tight)
    assert rows(tight, "reasons")["reasons"].to_pylist() == [None, "oversize_decompressed", None]
    sealed = rows(tight, "sealed")["sealed"][1].as_py()
    assert 100 < len(sealed) < 2**17


def test_a_bomb_leaves_the_memory_flat(clean: Settings) -> None:
    """K6: the whole ingester stays under a gigabyte, measured in a process of its own."""
    send(clean, 0, [bytes(2**28)], compression_type="zstd", max_request_size=2**30)
    send(clean, 0, [good(2)])
    process = spawn(clean, program=MEASURED)
    _, said = process.communicate(timeout=60)
    (peak_kib,) = re.findall(r"VmHWM:\s+(\d+) kB", said.decode())
    assert process.returncode == 0
    assert int(peak_kib) < 600 * 1024
    assert rows(clean, "reasons")["reasons"].to_pylist() == ["oversize_decompressed", None]


def spawn(settings: Settings, *arguments: str, program: str = PROGRAM) -> subprocess.Popen[bytes]:
    """Start ``puyango ingest --until-caught-up`` as a person would."""
    given = {
        "PUYANGO_HOME": settings.home,
        "PUYANGO_KEYS": settings.keys,
        "PUYANGO_KAFKA_BOOTSTRAP_SERVERS": settings.kafka_bootstrap_servers,
        "PUYANGO_SEGMENT_ROWS": settings.segment_rows,
        "PUYANGO_REFUSAL_BUDGET_PCT": settings.refusal_budget_pct,
    }
    environ = {**os.environ, **{name: str(value) for name, value in given.items()}}
    command = [sys.executable, "-c", program, "ingest", CONTRACT.name, *(arguments or ["--until-caught-up"])]
    return subprocess.Popen(command, env=environ, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)


def test_killed_at_random_moments_it_lands_each_offset_once(clean: Settings) -> None:
    """P1: whatever it was doing, the next start reads on from the chain's end."""
    small = clean.model_copy(update={"segment_rows": 40})
    chance = random.Random(20261124)  # noqa: S311 (a repeatable test)
    for partition in range(CONTRACT.partitions):
        send(small, partition, list(map(good, range(1_500))))
    killed = 0
    while killed < 5:
        process = spawn(small)
        began = len(list(small.landing.rglob("*.parquet")))
        while process.poll() is None and len(list(small.landing.rglob("*.parquet"))) < began + 3:
            time.sleep(0.01)
        time.sleep(chance.random() * 0.1)
        process.kill()
        process.communicate()
        killed += 1
    assert 0 < sum(landed(small).values()) < 6_000
    land(small)
    assert landed(small) == sent(small)
    assert len(Landing(small.landing).segments(CONTRACT.name)) >= 150
    assert list(small.landing.rglob("*.tmp")) == []


def test_a_signal_ends_it_in_order_within_seconds(clean: Settings) -> None:
    """P4: what was read has landed, and the exit code is 0."""
    send(clean, 0, list(map(good, range(20))))
    process = spawn(clean, "--partitions", "0")
    wait_until(lambda: bool(Landing(clean.landing).chains(CONTRACT.name)), 60)
    time.sleep(2)
    began = time.monotonic()
    process.send_signal(signal.SIGTERM)
    _, said = process.communicate(timeout=20)
    assert process.returncode == 0, said
    assert time.monotonic() - began < 10
    assert sum(landed(clean).values()) == 20


def batches(path: Path) -> Iterator[tuple[int, bytes]]:
    """Yield position and bytes of each batch in a file of the broker's log."""
    content, at = path.read_bytes(), 0
    while at < len(content):
        end = at + HEADER.unpack_from(content, at)[1] + DefaultRecordBatch.AFTER_LEN_OFFSET
        yield at, content[at:end]
        at = end


def overwrite(path: Path, at: int, content: bytes) -> None:
    """Change the broker's log behind its back."""
    with path.open("r+b") as file:
        file.seek(at)
        file.write(content)


def test_a_damaged_record_stops_its_partition_and_the_others_go_on(clean: Settings, broker: Settings) -> None:
    """E34 and K4: three fetches, then a person; never a hang, never a skip."""
    for partition in range(CONTRACT.partitions):
        for number in range(3):
            send(clean, partition, [good(number)])
    path = log_file(broker, 1)
    at, batch = list(batches(path))[1]
    overwrite(path, at + len(batch) - 20, b"rotten")
    with pytest.raises(OperatorNeeded, match=r"\[1\]: the batch at offset 1 cannot be read") as stopped:
        land(clean)
    assert stopped.value.code == "corrupt_batch"
    assert {place for place in sent(clean) if place[0] != 1} | {(1, 0)} == set(landed(clean))


@pytest.mark.parametrize("codec", ["gzip", "lz4", "zstd"])
def test_a_batch_that_nobody_can_unpack_is_refused_as_a_unit(clean: Settings, broker: Settings, codec: str) -> None:
    """E33 and K5: the checksum says that this is what the producer sent; the batches around it land."""
    send(clean, 0, [good(1)])
    send(clean, 0, [good(2)] * 3, compression_type=codec, linger_ms=500)
    send(clean, 0, [good(3)])
    path = log_file(broker, 0)
    at, batch = list(batches(path))[1]
    number = HEADER.unpack_from(batch)[5] & DefaultRecordBatch.CODEC_MASK
    overwrite(path, at, repacked(batch, number, bytes(len(batch) - HEADER.size)))
    land(clean)
    assert rows(clean, "reasons")["reasons"].to_pylist() == [None, *["undecodable_batch"] * 3, None]
    assert [bool(sealed) for sealed in rows(clean, "sealed")["sealed"].to_pylist()] == [
        False,
        True,
        False,
        False,
        False,
    ]


def test_a_length_that_lies_does_not_hang(clean: Settings, broker: Settings) -> None:
    """H1: the head of a batch is outside its checksum; whatever it claims, reading ends with a stated outcome."""
    send(clean, 0, [good(1)])
    send(clean, 0, [good(2)])
    path = log_file(broker, 0)
    at, _ = list(batches(path))[1]
    overwrite(path, at + 8, b"\x00\x00\x00\x09")
    with pytest.raises(OperatorNeeded) as stopped:
        land(clean)
    assert stopped.value.code == "corrupt_batch"
    assert landed(clean) == Counter({(0, 0): 1})


def test_records_that_retention_deleted_unread_stop_with_their_range(clean: Settings) -> None:
    """E38: a gap is declared by a person."""
    send(clean, 0, list(map(good, range(20))))
    with administrator(admin_options(clean)) as admin:
        admin.delete_records({TopicPartition(CONTRACT.topic, 0): 7})
    with pytest.raises(OperatorNeeded, match="offsets 0 to 6") as stopped:
        land(clean)
    assert stopped.value.code == "data_expired"


def test_a_topic_made_anew_is_another_log_until_a_person_accepts_it(
    clean: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    """K12: its offsets begin again, and nothing of it may land under the old chain."""
    send(clean, 0, list(map(good, range(5))))
    land(clean)
    with administrator(admin_options(clean)) as admin:
        admin.delete_topics([CONTRACT.topic])
    wait_until(lambda: topics.create(clean, CONTRACT), 30)
    with pytest.raises(OperatorNeeded) as stopped:
        land(clean)
    assert stopped.value.code == "topic_recreated"
    assert sum(landed(clean).values()) == 5
    for name in ("home", "keys", "kafka_bootstrap_servers"):
        monkeypatch.setenv(f"PUYANGO_{name.upper()}", str(getattr(clean, name)))
    topic.accept([CONTRACT.name])
    send(clean, 0, [good(1)])
    assert [(segment.first, segment.next) for segment in land(clean)] == [(0, 1)]


def test_the_group_offset_follows_what_has_landed(clean: Settings) -> None:
    """It is a lag signal for whoever watches Kafka with Kafka's own tools."""
    send(clean, 0, list(map(good, range(5))))
    land(clean)
    assert committed(clean) == 5


def test_several_processes_over_disjoint_partitions_share_the_work(clean: Settings) -> None:
    """D11: outgrowing one process needs no coordinator."""
    for partition in range(CONTRACT.partitions):
        send(clean, partition, list(map(good, range(100))))
    processes = [spawn(clean, "--until-caught-up", "--partitions", own) for own in ("0,1", "2,3")]
    for process in processes:
        _, said = process.communicate(timeout=60)
        assert process.returncode == 0, said
    assert landed(clean) == sent(clean)


def committed(settings: Settings) -> int:
    """Return the offset that the group has told the broker for partition 0."""
    reader = confluent_kafka.Consumer(
        {"bootstrap.servers": settings.kafka_bootstrap_servers, "group.id": "puyango-ingest"}
    )
    (place,) = reader.committed([confluent_kafka.TopicPartition(CONTRACT.topic, 0)], timeout=10)
    reader.close()
    return place.offset
