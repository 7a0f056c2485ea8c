"""How clients speak with the cluster: every option that matters is stated, none is left to a library's default."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from puyango.errors import ConfigRefused, NotPermitted, Unreachable
from puyango.settings import MIB
from streams.broker import server
from streams.broker.safety import PLAIN, is_loopback, servers, validate

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

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
        **_certificates(settings),
        **_login(settings),
    }


def _certificates(settings: Settings) -> dict[str, object]:
    if not settings.kafka_security_protocol.endswith("SSL"):
        return {}
    files = {name: getattr(settings, f"kafka_{name}") for name in ("ssl_cafile", "ssl_certfile", "ssl_keyfile")}
    given = {name: file for name, file in files.items() if file is not None}
    for name, file in given.items():
        if not file.is_file():
            raise ConfigRefused(f"PUYANGO_KAFKA_{name.upper()}: {file} does not exist", "Correct the path.")
    if "ssl_keyfile" in given:
        require_private(given["ssl_keyfile"])
    return {"ssl_check_hostname": True, **{name: str(file) for name, file in given.items()}}


def _login(settings: Settings) -> dict[str, object]:
    file = settings.kafka_sasl_password_file
    if file is None or not settings.kafka_security_protocol.startswith("SASL"):
        return {}
    return {
        "sasl_mechanism": settings.kafka_sasl_mechanism,
        "sasl_plain_username": settings.kafka_sasl_username,
        "sasl_plain_password": password(file),
    }


def password(file: Path) -> str:
    """Return the secret in ``file`` without its line end; a file that others may read is refused."""
    if not file.is_file():
        raise ConfigRefused(f"password file {file} does not exist", "Correct PUYANGO_KAFKA_SASL_PASSWORD_FILE.")
    require_private(file)
    secret = file.read_text(encoding="utf-8").rstrip("\r\n")
    if not secret:
        raise ConfigRefused(f"password file {file} is empty", "Put the password into it.")
    return secret


def require_private(file: Path) -> None:
    """Refuse a secret that anyone but its owner may read; raises ``NotPermitted``."""
    mode = file.stat().st_mode & 0o777
    if mode not in (0o400, 0o600):
        raise NotPermitted(f"{file} has mode {mode:04o}, wanted is 0400 or 0600", f"Run: chmod 0400 {file}")
