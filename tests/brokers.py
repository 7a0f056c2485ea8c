"""A real Apache Kafka for the tests that need one, started once a session."""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from kafka import KafkaProducer

from puyango.settings import Settings
from streams.broker import client, server
from streams.families import crossing_count

if TYPE_CHECKING:
    from collections.abc import Iterator

    from streams.contract import Contract

PUYANGO = Path(sys.executable).with_name("puyango")


@pytest.fixture(scope="session")
def broker(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Settings]:
    """Yield settings whose home holds a running broker of its own."""
    folder = tmp_path_factory.mktemp("broker")
    settings = Settings(home=folder / "home", keys=folder / "keys")
    server.start(settings)
    yield settings
    server.stop(settings)


@pytest.fixture
def connected(broker: Settings, settings: Settings) -> Settings:
    """Return settings with a home of the test's own that read and write the session's broker."""
    return settings.model_copy(update={"kafka_bootstrap_servers": server.status(broker).address})


@pytest.fixture
def own_broker(tmp_path: Path) -> Iterator[Settings]:
    """Yield settings whose broker the test may start, kill and stop as it likes."""
    settings = Settings(home=tmp_path / "home", keys=tmp_path / "keys")
    yield settings
    server.stop(settings)


def family(name: str) -> Contract:
    """Return a family that no other test makes a topic of."""
    return replace(crossing_count.CONTRACT, name=name)


def produced(settings: Settings, topic: str, count: int) -> None:
    producer = KafkaProducer(**client.producer_options(settings))
    for number in range(count):
        producer.send(topic, key=b"%d" % number, value=b"%d" % number)
    producer.flush()
    producer.close()


def command(settings: Settings, *words: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run the command line as a person would."""
    stated = {"PUYANGO_HOME": str(settings.home), "PUYANGO_KAFKA_BOOTSTRAP_SERVERS": settings.kafka_bootstrap_servers}
    return subprocess.run(
        [PUYANGO, *words],
        env={**os.environ, **stated, **environment},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
