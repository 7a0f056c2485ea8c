"""The edge of the command line: whatever ends a command early ends with one message that helps, and its code."""

from __future__ import annotations

import os
import subprocess
import sys
from datetime import date
from typing import TYPE_CHECKING

import polars as pl
import pytest
import typer
from typer.testing import CliRunner

from puyango.cli import _edge, build, collect, publish, rebuild, settle
from puyango.errors import Busy, InputUnfit, Interrupted, JudgementFailed
from streams.families.crossing_count import CONTRACT as COUNTS
from tests.landed import count, land
from transforms import lake

if TYPE_CHECKING:
    from pathlib import Path

    from puyango.settings import Settings

COLLECT = """
import signal, sys
from transforms import collect
real = collect.bring
def bring(*given):
    signal.raise_signal(signal.{signal})
    return real(*given)
collect.bring = bring
sys.argv = ["puyango", "collect"]
from puyango.cli import main
main()
"""
QUERY = """
import os, signal, threading
from pathlib import Path
from puyango.cli import _edge
from transforms import engine
_edge.watch()
threading.Timer(2, os.kill, (os.getpid(), signal.{signal})).start()
try:
    with _edge.interruptible("What was done stays."), engine.session(Path("spill")) as con:
        con.execute("select count(*) from range(10000000000) a, range(1000) b").fetchall()
except BaseException as error:
    _edge.end(_edge.explained(error))
"""
TWICE = """
import signal, time
from puyango.cli import _edge
_edge.watch()
try:
    signal.raise_signal(signal.SIGINT)
finally:
    signal.raise_signal(signal.SIGINT)
    time.sleep(60)
"""
PANIC = """
import sys
from puyango.cli import app, main
class PanicException(BaseException): pass
@app.command()
def panic():
    raise PanicException("range end index out of range")
sys.argv = ["puyango", "panic"]
main()
"""
COMMANDS = (collect, settle, build, rebuild, publish)
MARCH = date(2026, 3, 1)


def ran(program: str, settings: Settings, **named: str) -> subprocess.CompletedProcess[str]:
    """Run a program with these settings."""
    environ = {**os.environ, "PUYANGO_HOME": str(settings.home), "PUYANGO_KEYS": str(settings.keys)}
    asked = [sys.executable, "-c", program.format(**named) if named else program]
    return subprocess.run(asked, env=environ, capture_output=True, text=True, timeout=60, check=False)


@pytest.mark.parametrize("name", ["SIGINT", "SIGTERM"])
def test_a_command_that_is_stopped_says_what_it_kept_and_how_to_go_on(settings: Settings, name: str) -> None:
    """O31: whoever pressed Ctrl-C wonders at once whether something is broken now."""
    land(settings, [count("0901", MARCH, 1)])
    done = ran(COLLECT, settings, signal=name)
    assert done.returncode == 130
    assert "interrupted" in done.stderr
    assert "Go on with: puyango collect" in done.stderr
    assert "Traceback" not in done.stderr
    with lake.reading(settings) as con:
        assert con.execute("select count(*) from ops.segment").fetchone() == (0,)


@pytest.mark.parametrize("name", ["SIGINT", "SIGTERM"])
def test_an_engine_that_makes_another_error_of_a_signal_does_not_hide_it(settings: Settings, name: str) -> None:
    """DuckDB says RuntimeError, and a person who pressed Ctrl-C would read of a fault of the program."""
    done = ran(QUERY, settings, signal=name)
    assert (done.returncode, done.stderr.splitlines()) == (
        130,
        ["interrupted: stopped before the end", "What was done stays."],
    )


def test_the_second_signal_ends_at_once(settings: Settings) -> None:
    """P4: tidying up may hang on the very disk that made the operator press the keys."""
    assert ran(TWICE, settings).returncode == 130


def test_an_error_nobody_foresaw_is_one_sentence_and_its_traceback_is_kept(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A raw traceback tells the operator nothing, and the developer needs it."""
    monkeypatch.setenv("PUYANGO_HOME", str(settings.home))
    settings.home.mkdir()
    for number in range(_edge.TRACES + 2):
        error = _edge.explained(ZeroDivisionError(f"fault {number}\nand more"))
    assert (error.exit_code, error.code) == (70, "internal_error")
    assert error.what == f"a fault of the program, ZeroDivisionError: fault {_edge.TRACES + 1}"
    kept = sorted((settings.home / "errors").iterdir())
    assert len(kept) == _edge.TRACES
    assert str(kept[-1]) in error.remedy
    assert "and more" in kept[-1].read_text(encoding="utf-8")


def test_where_there_is_no_home_the_traceback_is_printed(
    settings: Settings, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """A fault must not make an empty platform either, nor be lost with a mistyped setting."""
    for name, value in (("PUYANGO_HOME", str(settings.home)), ("PUYANGO_NOSUCH", "1")):
        monkeypatch.setenv(name, value)
        assert "above" in _edge.explained(ZeroDivisionError("fault")).remedy
        assert "ZeroDivisionError: fault" in capsys.readouterr().err
    assert not settings.home.exists()


def test_a_panic_of_a_library_is_explained_too(settings: Settings) -> None:
    """Polars panics past every `except Exception`."""
    done = ran(PANIC, settings)
    assert done.returncode == 70
    assert "a fault of the program, PanicException: range end index out of range" in done.stderr


def test_a_disk_that_is_full_and_memory_that_is_are_told_apart(tmp_path: Path) -> None:
    """O19: 74 heals when somebody deletes files, the other when somebody closes programs."""
    full = pl.exceptions.ComputeError("underlying IO error: No space left on device (os error 28)")
    assert _edge.explained(full).exit_code == 74
    assert _edge.explained(OSError(28, "No space left on device", str(tmp_path))).code == "disk_full"
    assert _edge.explained(MemoryError("std::bad_alloc")).code == "out_of_memory"


def test_errors_of_the_platform_and_ordinary_ends_stay_what_they_are() -> None:
    """The edge explains what is unexplained, and nothing else."""
    for error in (Busy("held", "wait"), Interrupted("stopped", "go on"), JudgementFailed("no")):
        assert _edge.explained(error) is error
    with pytest.raises(SystemExit):
        _edge.explained(SystemExit(2))


@pytest.mark.parametrize("command", COMMANDS, ids=lambda module: module.__name__.rpartition(".")[2])
def test_a_mistyped_home_does_not_become_an_empty_platform(
    settings: Settings, monkeypatch: pytest.MonkeyPatch, command: object
) -> None:
    """O17: the command would succeed in the wrong folder, and the figures would be missing in the right one."""
    monkeypatch.setenv("PUYANGO_HOME", str(settings.home))
    app = typer.Typer()
    command.register(app)  # type: ignore[attr-defined]  # every module of commands has it
    found = CliRunner().invoke(app, []).exception
    assert isinstance(found, InputUnfit)
    assert found.exit_code == 66
    assert f"nothing has landed in {settings.landing}" in found.what
    assert "PUYANGO_HOME" in found.remedy
    assert not settings.home.exists()


def test_an_unknown_family_is_still_refused_where_something_has_landed(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The look at the home comes first, and stands in nobody's way."""
    monkeypatch.setenv("PUYANGO_HOME", str(settings.home))
    land(settings, [count("0901", MARCH, 1)])
    app = typer.Typer()
    collect.register(app)
    assert CliRunner().invoke(app, [COUNTS.name]).exit_code == 0
    assert "crosing_count" in str(CliRunner().invoke(app, ["crosing_count"]).exception)
