"""What the local broker remembers between its runs, and the lock under which it changes."""

from __future__ import annotations

import fcntl
import json
import os
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING

from puyango import durable
from puyango.errors import Busy, ConfigRefused
from streams.broker.process import wait

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@dataclass(frozen=True, slots=True)
class State:
    """Who the broker is and where it listens; ``pid`` is that of its last run, and may be a stranger's by now."""

    cluster_id: str
    port: int
    controller_port: int
    pid: int = 0


def remembered(folder: Path) -> State | None:
    """Return the state kept in ``folder``, None before the first start; a damaged one raises ``ConfigRefused``."""
    file = folder / "state.json"
    try:
        return State(**json.loads(file.read_text(encoding="utf-8")))
    except FileNotFoundError:
        return None
    except (ValueError, TypeError) as error:
        raise ConfigRefused(
            f"{file} is damaged: {error}", f"Remove it; what the broker is, it reads again from {folder / 'data'}."
        ) from None


def identity(folder: Path) -> str:
    """Return the cluster id that the broker's own data folder states, empty before it was prepared."""
    try:
        lines = (folder / "data" / "meta.properties").read_text(encoding="utf-8").splitlines()
    except FileNotFoundError:
        return ""
    return dict(line.partition("=")[::2] for line in lines).get("cluster.id", "")


def remember(folder: Path, state: State) -> None:
    """Keep ``state`` in ``folder``."""
    write(folder / "state.json", json.dumps(asdict(state)))


def write(file: Path, text: str) -> None:
    """Put ``text`` into ``file``, readable by its owner alone."""

    def written(path: Path) -> None:
        path.write_text(text, encoding="utf-8")

    durable.replace(file, written, mode=0o600)


@contextmanager
def alone(folder: Path, limit_s: float) -> Iterator[None]:
    """Hold ``folder``, so that two starts do not make two brokers; raises ``Busy`` after ``limit_s``."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    descriptor = os.open(folder / "lock", os.O_RDWR | os.O_CREAT, 0o600)
    try:
        if not wait(lambda: _taken(descriptor), limit_s):
            raise Busy(f"another process has held {folder} for {limit_s:g} s", "Wait for the other start or stop.")
        yield
    finally:
        os.close(descriptor)


def _taken(descriptor: int) -> bool:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
