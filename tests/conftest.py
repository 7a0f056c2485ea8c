"""What several tests share: settings in a folder of their own."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
import structlog

from puyango.settings import Settings

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

pytest_plugins = ["tests.brokers", "tests.extracted", "tests.published", "tests.streamed"]


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """Return settings whose home and keys are thrown away after the test."""
    return Settings(home=tmp_path / "home", keys=tmp_path / "keys")


@pytest.fixture(autouse=True)
def log_as_begun() -> Iterator[None]:
    """Leave the log as a process begins with it: a command that a test ran may have silenced it."""
    yield
    structlog.reset_defaults()
