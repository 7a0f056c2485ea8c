"""Programs that are kept running, and ended to the last process, whatever was killed in between."""

from __future__ import annotations

import json
import os
import signal
import sys
import time
from contextlib import suppress
from typing import TYPE_CHECKING

import psutil
import pytest

from dags.service import configuration, session
from dags.service.environment import variables
from dags.service.session import Session
from puyango.settings import load

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from puyango.settings import Settings

SLEEPS = [sys.executable, "-c", "import time; time.sleep(600)"]
DEAF = "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); open('{0}', 'w').close(); time.sleep(600)"
PARENT = """
import subprocess, sys, time
child = subprocess.Popen([sys.executable, "-c", "import os, time; os.setpgid(0, 0); time.sleep(600)"])
time.sleep(600)
"""


def until(true: Callable[[], object], limit_s: float = 20.0) -> None:
    """Wait until ``true``."""
    deadline = time.monotonic() + limit_s
    while not true():
        assert time.monotonic() < deadline
        time.sleep(0.02)


@pytest.fixture
def folder(tmp_path: Path) -> Iterator[Path]:
    """Yield a folder; whatever was begun in it is ended."""
    yield tmp_path
    Session.remembered(tmp_path, "test").end(0.1)


def begun(folder: Path, *, codes: bool = False, **commands: list[str]) -> Session:
    """Begin a session of ``commands``."""
    return session.begin(folder, "test", commands, dict(os.environ), codes=codes, limit_s=0.5)


def pid(found: Session, part: str) -> int:
    """Return the process of a part, once it runs."""
    until(lambda: found.parts().get(part, {}).get("pid"))
    return int(str(found.parts()[part]["pid"]))


def test_a_program_that_was_killed_runs_again(folder: Path) -> None:
    """The out-of-memory killer takes the scheduler at night; by morning it should not matter."""
    found = begun(folder, one=SLEEPS)
    first = pid(found, "one")
    os.kill(first, signal.SIGKILL)
    until(lambda: pid(found, "one") not in {0, first})
    assert found.parts()["one"]["starts"] == 2


def test_a_program_that_only_a_person_can_help_is_not_started_again(folder: Path) -> None:
    """A broken contract stays broken: forty starts an hour only hide it."""
    found = begun(folder, codes=True, one=[sys.executable, "-c", "raise SystemExit(76)"], two=SLEEPS)
    until(lambda: found.parts().get("one", {}).get("state") == "ended")
    assert found.parts()["one"] == {"state": "ended", "pid": 0, "starts": 1, "code": 76}
    assert pid(found, "two")


def test_what_may_heal_is_started_again(folder: Path) -> None:
    """An unreachable broker ends the ingester with 69: then it is tried again."""
    found = begun(folder, codes=True, one=[sys.executable, "-c", "raise SystemExit(69)"])
    until(lambda: int(str(found.parts().get("one", {}).get("starts", 0))) >= 2)


def test_the_end_leaves_no_process_not_even_grandchildren(folder: Path) -> None:
    """Airflow's tasks run in groups of their own; a signal to the group would miss them."""
    found = begun(folder, one=[sys.executable, "-c", PARENT])
    until(lambda: len(found.processes()) == 3)
    before = found.processes()
    found.end(5.0)
    assert not [each for each in before if psutil.pid_exists(each) and psutil.Process(each).status() != "zombie"]


def test_what_outlived_its_watch_is_found_and_ended(folder: Path) -> None:
    """Somebody kills -9 the first process that looks like ours."""
    found = begun(folder, one=[sys.executable, "-c", PARENT])
    until(lambda: len(found.processes()) == 3)
    os.kill(found.pid, signal.SIGKILL)
    again = Session.remembered(folder, "test")
    until(lambda: not again.led)
    until(lambda: len(again.processes()) == 2)
    again.end(5.0)
    assert again.processes() == []


def test_what_a_killed_program_left_is_ended_after_a_while(folder: Path) -> None:
    """The workers of a killed scheduler wait for ever; the running one among them may finish its task."""
    plan = {"one": [sys.executable, "-c", PARENT]}
    found = session.begin(folder, "test", plan, dict(os.environ), codes=False, limit_s=0.5, orphans_s=1.5)
    until(lambda: len(found.processes()) == 3)
    before = set(found.processes())
    os.kill(pid(found, "one"), signal.SIGKILL)
    until(lambda: found.parts()["one"]["starts"] == 2)
    until(lambda: set(found.processes()) & before == {found.pid})
    until(lambda: len(found.processes()) == 3)


def test_a_program_that_does_not_listen_is_ended_all_the_same(folder: Path) -> None:
    """A worker of Airflow ignores SIGTERM once its scheduler was killed."""
    mark = folder / "deaf"
    found = begun(folder, one=[sys.executable, "-c", DEAF.format(mark)])
    until(mark.exists)
    began = time.monotonic()
    found.end(5.0)
    assert found.processes() == []
    assert time.monotonic() - began < 10.0


def test_a_stranger_that_got_the_number_is_left_alone(folder: Path) -> None:
    """Numbers are used again: after another start of the machine ours is somebody else's."""
    stranger = os.posix_spawn(SLEEPS[0], SLEEPS, dict(os.environ), setsid=True)
    try:
        said = {"pid": stranger, "token": "0" * 16, "boot": session.boot()}
        (folder / "test.session.json").write_text(json.dumps(said), encoding="utf-8")
        found = Session.remembered(folder, "test")
        assert (found.led, found.processes()) == (False, [])
        found.end(1.0)
        assert psutil.Process(stranger).status() != "zombie"
        (folder / "test.session.json").write_text(json.dumps(said | {"boot": "another"}), encoding="utf-8")
        assert Session.remembered(folder, "test").processes() == []
    finally:
        os.kill(stranger, signal.SIGKILL)
        with suppress(ChildProcessError):
            os.waitpid(stranger, 0)


@pytest.mark.parametrize("text", ["", "{", "[]", '{"pid": 1}x', '{"number": 1}'])
def test_a_damaged_memory_is_as_none(folder: Path, text: str) -> None:
    """A full disk cuts a file short; starting again must still be possible."""
    (folder / "test.session.json").write_text(text, encoding="utf-8")
    found = Session.remembered(folder, "test")
    assert (found.led, found.processes(), found.parts()) == (False, [], {})


def test_secrets_are_made_once_and_for_their_owner_alone(tmp_path: Path) -> None:
    """A password that changed at each start would log everybody out; one that others can read is none."""
    folder = tmp_path / "airflow"
    configuration.write_all(folder, 8080)
    first = {path.name: path.read_text(encoding="utf-8") for path in folder.iterdir()}
    configuration.write_all(folder, 8080)
    assert first == {path.name: path.read_text(encoding="utf-8") for path in folder.iterdir()}
    assert {path.stat().st_mode & 0o777 for path in folder.iterdir()} == {0o600}
    assert "host = 127.0.0.1" in first["airflow.cfg"]
    assert json.loads(first["passwords.json"])["ingester"] == first["ingester.password"]


def test_programs_are_given_the_settings_that_we_have(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    """An ingester that landed into another home would never be missed."""
    monkeypatch.setenv("PUYANGO_SEGMENT_ROWS", "7")
    monkeypatch.setenv("PYTHONDONTWRITEBYTECODE", "1")
    environ = variables(settings, settings.airflow, airflow_url="http://127.0.0.1:1")
    assert load(environ) == settings.model_copy(update={"airflow_url": "http://127.0.0.1:1"})
    assert "PYTHONDONTWRITEBYTECODE" not in environ
