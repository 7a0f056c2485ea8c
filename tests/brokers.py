"""A real Apache Kafka for the tests that need one, started once a session."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from puyango.settings import Settings
from streams.broker import server

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


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
