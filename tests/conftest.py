"""What several tests share: settings in a folder of their own."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from puyango.settings import Settings

if TYPE_CHECKING:
    from pathlib import Path

pytest_plugins = ["tests.brokers"]


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """Return settings whose home and keys are thrown away after the test."""
    return Settings(home=tmp_path / "home", keys=tmp_path / "keys")
