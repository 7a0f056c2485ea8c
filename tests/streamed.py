"""Records on a real broker, and what of them has landed."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

import pytest
from kafka.record.default_records import DefaultRecordBatch

from streams.families.crossing_count import CONTRACT
from streams.reading.bomb import HEADER

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from puyango.settings import Settings

import os
import subprocess
import sys
import threading
import time
from typing import TYPE_CHECKING

import confluent_kafka
import pyarrow as pa  # type: ignore[import-untyped]  # it ships no types
import pyarrow.parquet as pq  # type: ignore[import-untyped]  # as above
from kafka import KafkaProducer

from streams.broker import topics
from streams.broker.admin import administrator
from streams.broker.client import admin_options, producer_options
from streams.ingest import ingest
from streams.landing import Landing
from streams.privacy.keys import Keyring
from streams.reading.kafka_log import KafkaLog

if TYPE_CHECKING:
    from collections.abc import Callable

    from puyango.settings import Settings
    from streams.contract import Contract
    from streams.segments.segment import Segment


PROGRAM = "from puyango.cli import main; main()"
KEY = b'["us_bts_border_crossing","US","0901","entry","_Z","trucks","M","2024-01"]'


@pytest.fixture
def clean(connected: Settings) -> Settings:
    """Return settings whose broker has the family's topic, empty and made anew."""
    make_anew(connected, CONTRACT)
    return connected.model_copy(update={"segment_rows": 50, "refusal_budget_pct": 100.0})


def make_anew(settings: Settings, contract: Contract) -> None:
    """Leave the family's topic empty: other tests leave holes in it, and batches that no client can read."""
    with administrator(admin_options(settings)) as admin:
        if contract.topic in admin.list_topics():
            admin.delete_topics([contract.topic])
    wait_until(lambda: topics.create(settings, contract), 30)


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


def log_file(broker: Settings, partition: int) -> Path:
    """Return the file in which the broker keeps the partition."""
    (found,) = (broker.broker).rglob(f"{CONTRACT.topic}-{partition}/00000000000000000000.log")
    return found


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
