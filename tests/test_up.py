"""``puyango up`` and ``puyango down`` where nothing runs: what they say, and that they start nothing unasked."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
import typer
from typer.testing import CliRunner

from dags.service import configuration
from dags.service.standing import home
from puyango.cli import down as down_command
from puyango.cli import up as up_command
from puyango.errors import Unreachable, UsageRefused

if TYPE_CHECKING:
    from puyango.settings import Settings


@pytest.fixture
def told(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Settings:
    """Return settings that the commands read too."""
    monkeypatch.setenv("PUYANGO_HOME", str(settings.home))
    monkeypatch.setenv("PUYANGO_KEYS", str(settings.keys))
    return settings


def run(*arguments: str) -> str:
    """Run a command as a person does; return what it prints."""
    app = typer.Typer()
    up_command.register(app)
    down_command.register(app)
    result = CliRunner().invoke(app, arguments, catch_exceptions=False)
    assert result.exit_code == 0
    return result.output


@pytest.mark.usefixtures("told")
def test_a_look_starts_nothing_and_says_what_to_do() -> None:
    """Who asks how things are may not change how they are."""
    with pytest.raises(Unreachable, match="broker, ingester, airflow") as refused:
        run("up", "--status")
    assert refused.value.remedy == "Start it: puyango up"


@pytest.mark.usefixtures("told")
def test_down_where_nothing_runs_says_so() -> None:
    """It is the last line of many scripts, and must not fail there."""
    assert "nothing of ours was running" in run("down")


def test_the_password_is_shown_to_who_asks_for_it(told: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is the person's own, and nowhere else on the screen."""
    with pytest.raises(UsageRefused, match="no Airflow of ours yet"):
        run("up", "--login")
    configuration.write_all(home(told), 8080)
    password = json.loads((home(told) / "passwords.json").read_text(encoding="utf-8"))["admin"]
    assert f"admin   {password}" in run("up", "--login")
    monkeypatch.setenv("PUYANGO_AIRFLOW_URL", "https://airflow.example.org")
    with pytest.raises(UsageRefused, match="is yours"):
        run("up", "--login")
