"""What the local broker is told: one KRaft node that listens on loopback alone."""

from __future__ import annotations

import base64
import socket
import uuid
from contextlib import ExitStack
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

LOOPBACK = "127.0.0.1"

ONE_NODE = {
    "process.roles": "broker,controller",
    "node.id": "1",
    "controller.listener.names": "CONTROLLER",
    "inter.broker.listener.name": "PLAINTEXT",
    "listener.security.protocol.map": "CONTROLLER:PLAINTEXT,PLAINTEXT:PLAINTEXT,SASL_SSL:SASL_SSL",
    "offsets.topic.replication.factor": "1",
    "offsets.topic.num.partitions": "1",
    "transaction.state.log.replication.factor": "1",
    "transaction.state.log.min.isr": "1",
    "transaction.state.log.num.partitions": "1",
    "share.coordinator.state.topic.replication.factor": "1",
    "share.coordinator.state.topic.min.isr": "1",
    "group.initial.rebalance.delay.ms": "0",
    "auto.create.topics.enable": "false",
    # With the default of nine seconds a restart after kill -9 waits until the old session has expired.
    "broker.session.timeout.ms": "2000",
    "broker.heartbeat.interval.ms": "500",
    # The local broker keeps what it got: a replay is not made twice.
    "log.retention.hours": "-1",
}


def node(port: int, controller_port: int, data: Path) -> dict[str, str]:
    """Return the properties of a broker on those two ports of loopback that keeps its log in ``data``."""
    address = f"PLAINTEXT://{LOOPBACK}:{port}"
    return {
        **ONE_NODE,
        "listeners": f"{address},CONTROLLER://{LOOPBACK}:{controller_port}",
        "advertised.listeners": address,
        "controller.quorum.voters": f"1@{LOOPBACK}:{controller_port}",
        "log.dirs": str(data),
    }


def text(properties: Mapping[str, str]) -> str:
    """Return ``properties`` as a Java properties file; a backslash would begin an escape there."""
    return "".join(f"{name}={value}\n".replace("\\", "\\\\") for name, value in properties.items())


def cluster_id() -> str:
    """Return a new cluster id: 22 characters that do not begin with a dash, which the format tool reads as a flag."""
    while (made := base64.urlsafe_b64encode(uuid.uuid4().bytes).decode().rstrip("=")).startswith("-"):
        pass
    return made


def free_ports(count: int) -> tuple[int, ...]:
    """Return ports of loopback that nobody holds now, all different."""
    with ExitStack() as stack:
        sockets = [stack.enter_context(socket.socket()) for _ in range(count)]
        for held in sockets:
            held.bind((LOOPBACK, 0))
        return tuple(held.getsockname()[1] for held in sockets)


def is_free(port: int) -> bool:
    """Whether a broker could listen on ``port`` of loopback; one that was killed a moment ago does not block it."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((LOOPBACK, port))
        except OSError:
            return False
        return True
