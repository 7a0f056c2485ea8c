"""Records a second from a real broker into the landing, beside a bare poll loop over the same topic.

Run it alone on the machine: ``python -m benchmarks.landing [RECORDS] [ROUNDS]``. Both are warmed up and
take turns, so that what else the machine does falls on both.
"""

from __future__ import annotations

import statistics
import sys
import tempfile
import threading
import time
from itertools import product
from pathlib import Path
from typing import TYPE_CHECKING

from confluent_kafka import Producer
from kafka import KafkaConsumer, TopicPartition

from puyango.log import configure
from puyango.settings import Settings
from streams import event
from streams.broker import server, topics
from streams.broker.client import bootstrap, consumer_options
from streams.families.trade_report import CONTRACT
from streams.ingest import ingest
from streams.landing import Landing
from streams.privacy.keys import Keyring
from streams.reading.kafka_log import KafkaLog

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from streams.event import Value

RECORDS = 400_000
ROUNDS = 5
TARGET = 0.6


def reports(records: int) -> Iterator[dict[str, Value]]:
    """Yield trade reports, no two of one thing, in the form in which the shipped source is sent."""
    things = product(
        range(1, 13), ("2304", "2402", "3801", "0901", "2506", "41XX"), ("M", "X"), range(1, 98), range(999)
    )
    for number, (month, post, flow, chapter, year) in zip(range(records), things, strict=False):
        yield {
            "source": "bts_transborder",
            "reporter": "US",
            "partner": "MX",
            "partner_concept": "origin" if flow == "M" else "destination",
            "flow": flow,
            "goods_origin": "_Z" if flow == "M" else "domestic",
            "product_classification": "HS2022",
            "product": f"{chapter:02}",
            "mode": "road",
            "post": post,
            "containerised": "yes" if number % 3 else "no",
            "valuation": "CUSTOMS" if flow == "M" else "FAS",
            "value_unit": "USD",
            "value_usd": 1_000 + number,
            "gross_mass_kg": 17 + number if flow == "M" else None,
            "freight_usd": number % 1_000,
            "freq": "M",
            "period": f"{1900 + year % 120}-{month:02}",
            "period_first_day": f"{1900 + year % 120}-{month:02}-01",
        }


def produce(settings: Settings, records: int) -> int:
    """Leave ``records`` in the topic; return the mean size of a value in bytes."""
    topics.create(settings, CONTRACT)
    writer = Producer({"bootstrap.servers": bootstrap(settings), "compression.type": "lz4", "linger.ms": 50})
    size = 0
    for report in reports(records):
        value = event.body(CONTRACT, report)
        size += len(value)
        headers: list[tuple[str, str | bytes | None]] = [("schema", CONTRACT.schema_header)]
        while True:
            try:
                writer.produce(CONTRACT.topic, value, event.key(CONTRACT, report), headers=headers)
                break
            except BufferError:
                writer.poll(0.1)
    writer.flush()
    return size // records


def bare(settings: Settings, records: int) -> float:
    """Return the seconds that polling alone takes."""
    consumer = KafkaConsumer(**consumer_options(settings))
    places = [TopicPartition(CONTRACT.topic, number) for number in consumer.partitions_for_topic(CONTRACT.topic)]
    consumer.assign(places)
    consumer.seek_to_beginning(*places)
    began, read = time.perf_counter(), 0
    while read < records:
        read += sum(map(len, consumer.poll(timeout_ms=1000).values()))
    took = time.perf_counter() - began
    consumer.close(autocommit=False)
    return took


def landed(settings: Settings, records: int) -> float:
    """Return the seconds that landing takes, all judged and on disk, into an empty landing."""
    with tempfile.TemporaryDirectory(dir=settings.home) as folder:
        log, rows = KafkaLog(settings, [CONTRACT]), []
        began = time.perf_counter()
        ingest(
            [CONTRACT],
            log,
            Landing(Path(folder)),
            Keyring.open(settings),
            settings,
            until_caught_up=True,
            stop=threading.Event(),
            report=lambda segment: rows.append(segment.good),
        )
        took = time.perf_counter() - began
        log.close()
        if sum(rows) != records:
            raise SystemExit(f"{sum(rows)} good rows landed of {records}")
    return took


def main(records: int, rounds: int) -> None:
    """Print the records a second of both, and their ratio."""
    configure(quiet=True)
    with tempfile.TemporaryDirectory() as folder:
        settings = Settings(home=Path(folder) / "home", keys=Path(folder) / "keys")
        server.start(settings)
        try:
            size = produce(settings, records)
            print(f"{records:,} records of {size} bytes, {CONTRACT.partitions} partitions, {rounds} rounds after one")
            runs: dict[Callable[[Settings, int], float], list[float]] = {bare: [], landed: []}
            for each in runs:
                each(settings, records)
            for _ in range(rounds):
                for each, times in runs.items():
                    times.append(records / each(settings, records))
                print("  ".join(f"{each.__name__} {times[-1]:,.0f}/s" for each, times in runs.items()))
        finally:
            server.stop(settings)
    ratios = [ours / theirs for theirs, ours in zip(runs[bare], runs[landed], strict=True)]
    print(f"median: bare {statistics.median(runs[bare]):,.0f}/s, landed {statistics.median(runs[landed]):,.0f}/s")
    print(
        f"ratio {statistics.median(ratios):.2f} (from {min(ratios):.2f} to {max(ratios):.2f}), wanted {TARGET} or more"
    )


if __name__ == "__main__":
    asked = [int(argument) for argument in sys.argv[1:]]
    main(*(asked + [RECORDS, ROUNDS][len(asked) :]))
