"""Hop 1 on a real Apache Kafka, checked with another client and another Parquet reader."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import confluent_kafka
import pytest
from kafka import KafkaProducer, TopicPartition

from puyango.cli import topic
from puyango.errors import OperatorNeeded
from puyango.log import configure
from streams.broker import topics
from streams.broker.admin import administrator
from streams.broker.client import admin_options, producer_options
from streams.families.crossing_count import CONTRACT
from tests.ingested import good

if TYPE_CHECKING:
    from puyango.settings import Settings
from tests.streamed import KEY, PROGRAM, land, landed, rows, send, sent, spawn, wait_until

pytestmark = pytest.mark.broker
MEASURED = (
    "import atexit, pathlib, sys\n"
    "atexit.register(lambda: sys.stderr.write(pathlib.Path('/proc/self/status').read_text()))\n" + PROGRAM
)


@pytest.fixture(autouse=True, scope="module")
def _quiet() -> None:
    """Say warnings alone."""
    configure(quiet=True)


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


def committed(settings: Settings) -> int:
    """Return the offset that the group has told the broker for partition 0."""
    reader = confluent_kafka.Consumer(
        {"bootstrap.servers": settings.kafka_bootstrap_servers, "group.id": "puyango-ingest"}
    )
    (place,) = reader.committed([confluent_kafka.TopicPartition(CONTRACT.topic, 0)], timeout=10)
    reader.close()
    return place.offset
