"""How clients speak with the cluster: every option that matters is stated, none is left to a library's default."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from puyango.errors import ConfigRefused, Unreachable
from puyango.settings import MIB
from streams.broker import server
from streams.broker.credentials import certificates, login
from streams.broker.safety import PLAIN, is_loopback, servers, validate

if TYPE_CHECKING:
    from collections.abc import Mapping

    from puyango.settings import Settings

__all__ = ["admin_options", "bootstrap", "consumer_options", "producer_options", "require_cluster", "validate"]

GROUP = "puyango-ingest"
FETCH_BYTES = 50 * MIB


def bootstrap(settings: Settings) -> str:
    """Return the addresses to begin with: the configured ones, else the running local broker's."""
    if configured := servers(settings):
        return ",".join(configured)
    found = server.status(settings)
    if found.running:
        return found.address
    raise Unreachable(
        f"no broker is configured and none runs in {found.folder}",
        "Start the local one with: puyango broker start",
    )


def consumer_options(settings: Settings) -> dict[str, object]:
    """Return the options of a reader: no reset, no commit by itself, committed records alone, raw bytes."""
    return {
        **_connection(settings),
        "group_id": GROUP,
        "auto_offset_reset": settings.kafka_auto_offset_reset,
        "enable_auto_commit": settings.kafka_enable_auto_commit,
        "allow_auto_create_topics": settings.kafka_allow_auto_create_topics,
        "isolation_level": settings.kafka_isolation_level,
        "max_poll_records": settings.kafka_max_poll_records,
        "max_partition_fetch_bytes": settings.kafka_max_partition_fetch_bytes,
        "fetch_max_bytes": FETCH_BYTES,
        "check_crcs": True,
    }


def producer_options(settings: Settings) -> dict[str, object]:
    """Return the options of a writer whose records arrive once, in order, and are kept before they are answered.

    Beyond these sizes nothing is gained; with the library's own it sends half as many records a second.
    """
    return {
        **_connection(settings),
        "acks": "all",
        "enable_idempotence": True,
        "allow_auto_create_topics": settings.kafka_allow_auto_create_topics,
        "compression_type": "lz4",
        "linger_ms": 20,
        "batch_size": 256 * 1024,
        "max_request_size": 8 * MIB,
        "delivery_timeout_ms": round(3 * settings.request_s * 1000),
        "max_block_ms": round(settings.request_s * 1000),
    }


def admin_options(settings: Settings) -> dict[str, object]:
    """Return the options of an administrator."""
    return _connection(settings)


def require_cluster(settings: Settings, cluster: Mapping[str, Any]) -> str:
    """Return the id of ``cluster`` as it describes itself; raises ``ConfigRefused`` where it is not the pinned one.

    Nor may a loopback address that was asked in the clear lead on to brokers elsewhere.
    """
    cluster_id, pinned = str(cluster["cluster_id"]), settings.kafka_cluster_id
    if pinned not in ("", cluster_id):
        raise ConfigRefused(
            f"cluster {cluster_id} answers at {bootstrap(settings)}, pinned is {pinned}",
            "Correct PUYANGO_KAFKA_BOOTSTRAP_SERVERS, or PUYANGO_KAFKA_CLUSTER_ID if the change is meant.",
        )
    for broker in cluster["brokers"]:
        address = f"{broker['host']}:{broker['port']}"
        if settings.kafka_security_protocol in PLAIN and not is_loopback(address):
            raise ConfigRefused(
                f"PUYANGO_KAFKA_SECURITY_PROTOCOL is {settings.kafka_security_protocol}: "
                f"the cluster sends its clients to {address}, which is not loopback",
                "Wanted: SASL_SSL.",
            )
    return cluster_id


def _connection(settings: Settings) -> dict[str, object]:
    validate(settings)
    return {
        "bootstrap_servers": bootstrap(settings).split(","),
        "client_id": "puyango",
        "security_protocol": settings.kafka_security_protocol,
        "request_timeout_ms": round(settings.request_s * 1000),
        "bootstrap_timeout_ms": round(settings.broker_start_s * 1000),
        "reconnect_backoff_max_ms": 1000,
        **certificates(settings),
        **login(settings),
    }
