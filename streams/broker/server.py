"""The local broker: a single Apache Kafka node whose log, ports and identity survive its restarts."""

from __future__ import annotations

import fcntl
import json
import os
import socket
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace
from typing import TYPE_CHECKING

import structlog
from kafka.errors import KafkaError

from puyango import durable
from puyango.errors import Busy, PuyangoError, Unreachable
from streams.broker import jars, process, properties
from streams.broker.admin import administrator

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from puyango.settings import Settings

log = structlog.get_logger()

STOP_S = 10.0
ATTEMPTS = 3


@dataclass(frozen=True, slots=True)
class State:
    """What is remembered between runs."""

    cluster_id: str
    port: int
    controller_port: int
    pid: int = 0


@dataclass(frozen=True, slots=True)
class Status:
    """What a person wants to know of the local broker; ``began`` says whether this call started it."""

    running: bool
    address: str
    pid: int
    cluster_id: str
    folder: Path
    began: bool = False


def status(settings: Settings) -> Status:
    """Return how the local broker of ``settings`` is, without asking it."""
    folder = settings.broker.absolute()
    state = _remembered(folder)
    if state is None:
        return Status(running=False, address="", pid=0, cluster_id="", folder=folder)
    running = bool(state.pid) and process.runs(state.pid, _properties(folder))
    address = f"{properties.LOOPBACK}:{state.port}"
    return Status(running, address, state.pid if running else 0, state.cluster_id, folder)


def start(settings: Settings, report: Callable[[str], None] = lambda _: None) -> Status:
    """Leave the local broker running and answering, whether it ran before or not.

    A port that somebody took meanwhile is replaced by a free one. Raises ``Unreachable`` where the
    broker does not answer in time, and leaves nothing running then.
    """
    folder = settings.broker.absolute()
    with _alone(folder, settings.lock_s):
        found = status(settings)
        if found.running and _answering(found.pid, folder, settings.broker_start_s):
            return found
        (folder / "tmp").mkdir(mode=0o700, exist_ok=True)
        command = process.java(jars.resolve(report=report), folder)
        for _ in range(ATTEMPTS):
            state = _with_free_ports(_remembered(folder))
            report("starting Apache Kafka")
            pid = _launch(folder, state, command)
            if _answering(pid, folder, settings.broker_start_s):
                log.info("broker started", address=f"{properties.LOOPBACK}:{state.port}", pid=pid)
                return replace(status(settings), began=True)
            if properties.is_free(state.port) and properties.is_free(state.controller_port):
                break
        raise Unreachable("the local broker ended while it started", f"Its last words are in {folder / 'broker.log'}.")


def stop(settings: Settings) -> Status:
    """Leave the local broker stopped; it gets ten seconds to put its log in order. Returns how it was before."""
    folder = settings.broker.absolute()
    if not folder.exists():
        return status(settings)
    with _alone(folder, settings.lock_s):
        found = status(settings)
        if found.running:
            orderly = process.end(found.pid, _properties(folder), STOP_S)
            log.info("broker stopped", pid=found.pid, orderly=orderly)
        return found


def _launch(folder: Path, state: State, command: list[str]) -> int:
    file = _properties(folder)
    text = properties.text(properties.node(state.port, state.controller_port, folder / "data"))
    durable.replace(file, lambda path: _write(path, text), mode=0o600)
    _remember(folder, state)
    if not (folder / "data" / "meta.properties").exists():
        process.prepare(command, state.cluster_id, file)
    pid = process.spawn(command, file, folder / "broker.log")
    _remember(folder, replace(state, pid=pid))
    return pid


def _answering(pid: int, folder: Path, limit_s: float) -> bool:
    """Whether the broker answers; False when it ended first. Raises ``Unreachable`` when it does neither in time."""
    file = _properties(folder)
    state = _remembered(folder)
    answered = state is not None and process.wait(lambda: _answers(state) or not process.runs(pid, file), limit_s)
    if answered and process.runs(pid, file):
        return True
    process.end(pid, file, STOP_S)
    if answered:
        return False
    raise Unreachable(
        f"the local broker did not answer within {limit_s:g} s and was stopped",
        f"See {folder / 'broker.log'}; a slow machine needs a larger PUYANGO_BROKER_START_S.",
    )


def _answers(state: State) -> bool:
    """Whether the cluster of ``state`` answers at its port; an open port alone may be somebody else's."""
    options = {"bootstrap_servers": f"{properties.LOOPBACK}:{state.port}", "bootstrap_timeout_ms": 1000}
    try:
        with socket.create_connection((properties.LOOPBACK, state.port), timeout=1), administrator(options) as admin:
            return bool(admin.describe_cluster()["cluster_id"] == state.cluster_id)
    except (OSError, PuyangoError, KafkaError):
        return False


def _with_free_ports(state: State | None) -> State:
    if state is None:
        return State(properties.cluster_id(), *properties.free_ports(2))
    if properties.is_free(state.port) and properties.is_free(state.controller_port):
        return replace(state, pid=0)
    return State(state.cluster_id, *properties.free_ports(2))


def _properties(folder: Path) -> Path:
    return folder / "server.properties"


def _remembered(folder: Path) -> State | None:
    try:
        return State(**json.loads((folder / "state.json").read_text(encoding="utf-8")))
    except FileNotFoundError:
        return None


def _remember(folder: Path, state: State) -> None:
    durable.replace(folder / "state.json", lambda path: _write(path, json.dumps(asdict(state))), mode=0o600)


def _write(path: Path, text: str) -> None:
    path.write_text(text, encoding="utf-8")


@contextmanager
def _alone(folder: Path, limit_s: float) -> Iterator[None]:
    """Hold the broker's folder, so that two starts do not make two brokers."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    descriptor = os.open(folder / "lock", os.O_RDWR | os.O_CREAT, 0o600)

    def taken() -> bool:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True

    try:
        if not process.wait(taken, limit_s):
            raise Busy(f"another process has held {folder} for {limit_s:g} s", "Wait for the other start or stop.")
        yield
    finally:
        os.close(descriptor)
