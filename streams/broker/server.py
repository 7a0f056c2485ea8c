"""The local broker: a single Apache Kafka node whose log, ports and identity survive its restarts."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import structlog
from kafka.errors import KafkaError

from puyango.errors import PuyangoError, Unreachable
from streams.broker import jars, process, properties
from streams.broker.admin import administrator
from streams.broker.state import State, alone, identity, remember, remembered, write

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from puyango.settings import Settings

log = structlog.get_logger()

STOP_S = 10.0
ASKED_MS = 1000
LOG = "broker.log"
ATTEMPTS = 3


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
    folder = _folder(settings)
    state = remembered(folder)
    if state is None:
        return Status(running=False, address="", pid=0, cluster_id="", folder=folder)
    running = bool(state.pid) and process.runs(state.pid, _properties(folder))
    address = f"{properties.LOOPBACK}:{state.port}"
    return Status(running, address, state.pid if running else 0, state.cluster_id, folder)


def start(settings: Settings, report: Callable[[str], None] = lambda _: None) -> Status:
    """Leave the local broker running and answering, whether it ran before or not.

    A port that somebody took meanwhile is replaced by a free one. Raises ``Unreachable`` where the
    broker does not answer in time, and leaves running only what ran before.
    """
    folder = _folder(settings)
    with alone(folder, settings.lock_s):
        found = status(settings)
        if found.running and _answering(found.pid, folder, settings.broker_start_s):
            return found
        (folder / "tmp").mkdir(mode=0o700, exist_ok=True)
        command = process.java(jars.resolve(report=report), folder)
        report("starting Apache Kafka")
        for _ in range(ATTEMPTS):
            state = _with_free_ports(remembered(folder) or State(identity(folder) or properties.cluster_id(), 0, 0))
            if _launched(folder, state, command, settings.broker_start_s):
                return replace(status(settings), began=True)
            if properties.is_free(state.port) and properties.is_free(state.controller_port):
                break
        raise Unreachable("the local broker ended while it started", f"Its last words are in {folder / LOG}.")


def stop(settings: Settings) -> Status:
    """Leave the local broker stopped; it gets ten seconds to put its log in order. Returns how it was before."""
    folder = _folder(settings)
    if not folder.exists():
        return status(settings)
    with alone(folder, settings.lock_s):
        found = status(settings)
        if found.running:
            orderly = process.end(found.pid, _properties(folder), STOP_S)
            log.debug("broker stopped", pid=found.pid, orderly=orderly)
        return found


def _launched(folder: Path, state: State, command: list[str], limit_s: float) -> bool:
    """Whether a broker that was started now answers; one that does not is ended, also when we are interrupted."""
    file = _properties(folder)
    write(file, properties.text(properties.node(state.port, state.controller_port, folder / "data")))
    remember(folder, state)
    if not identity(folder):
        process.prepare(command, state.cluster_id, file)
    pid = process.spawn(command, file, folder / LOG)
    answers = False
    try:
        remember(folder, replace(state, pid=pid))
        answers = _answering(pid, folder, limit_s)
    finally:
        if not answers:
            process.end(pid, file, STOP_S)
    return answers


def _answering(pid: int, folder: Path, limit_s: float) -> bool:
    """Whether the broker answers; False when it has ended. Raises ``Unreachable`` when it does neither in time."""
    file = _properties(folder)
    state = remembered(folder)
    settled = state is not None and process.wait(lambda: _answers(state) or not process.runs(pid, file), limit_s)
    if not settled:
        raise Unreachable(
            f"the local broker did not answer within {limit_s:g} s",
            f"See {folder / LOG}; a slow machine needs a larger PUYANGO_BROKER_START_S.",
        )
    return process.runs(pid, file)


def _answers(state: State) -> bool:
    """Whether the cluster of ``state`` answers at its port; an open port alone may be somebody else's."""
    options = {"bootstrap_servers": f"{properties.LOOPBACK}:{state.port}", "bootstrap_timeout_ms": ASKED_MS}
    try:
        with administrator(options) as admin:
            return bool(admin.describe_cluster()["cluster_id"] == state.cluster_id)
    except (PuyangoError, KafkaError):
        return False


def _with_free_ports(state: State) -> State:
    if state.port and properties.is_free(state.port) and properties.is_free(state.controller_port):
        return replace(state, pid=0)
    return State(state.cluster_id, *properties.free_ports(2))


def _folder(settings: Settings) -> Path:
    """Return the broker's folder by its one true name: the process is recognised by it."""
    return settings.broker.resolve()


def _properties(folder: Path) -> Path:
    return folder / "server.properties"
