"""Settings that lose or show data unseen: each alone is refused before anything is asked of a cluster."""

from __future__ import annotations

import ipaddress
from typing import TYPE_CHECKING

from puyango.errors import ConfigRefused
from puyango.settings import MIB, PREFIX

if TYPE_CHECKING:
    from collections.abc import Iterator

    from puyango.settings import Settings

ENCRYPTED = ("SASL_SSL", "SSL")
PLAIN = ("PLAINTEXT", "SASL_PLAINTEXT")
MECHANISMS = ("SCRAM-SHA-512", "PLAIN")
POLL_RECORDS = (10_000, 50_000)
FETCH_BYTES = (2 * MIB, 64 * MIB)

Finding = tuple[str, str, str]
"""Setting, what is wanted, why."""


def validate(settings: Settings) -> None:
    """Refuse the first unsafe setting; raises ``ConfigRefused`` with its name, its value and what is wanted."""
    for name, wanted, why in (*_reading(settings), *_addresses(settings), *_link(settings), *_login(settings)):
        value = getattr(settings, name)
        stated = str(value) if value not in ("", None) else "empty"
        raise ConfigRefused(f"{PREFIX}{name.upper()} is {stated}: {why}", f"Wanted: {wanted}.")


def _reading(settings: Settings) -> Iterator[Finding]:
    """Find what the library's defaults would do to a reader."""
    if settings.kafka_auto_offset_reset != "none":
        yield "kafka_auto_offset_reset", "none", "a reader that moves by itself skips or repeats records"
    if settings.kafka_enable_auto_commit:
        yield "kafka_enable_auto_commit", "false", "an offset may not be committed before its records are on disk"
    if settings.kafka_allow_auto_create_topics:
        yield "kafka_allow_auto_create_topics", "false", "a mistyped topic would come into being, empty"
    if settings.kafka_isolation_level != "read_committed":
        yield "kafka_isolation_level", "read_committed", "records of aborted transactions would land"
    least, most = POLL_RECORDS
    if not least <= settings.kafka_max_poll_records <= most:
        yield "kafka_max_poll_records", f"{least} to {most}", "the reader would starve, or outgrow its memory"
    least, most = FETCH_BYTES
    if not least <= settings.kafka_max_partition_fetch_bytes <= most:
        yield "kafka_max_partition_fetch_bytes", f"{least} to {most}", "the reader would starve, or outgrow its memory"


def _addresses(settings: Settings) -> Iterator[Finding]:
    for server in servers(settings):
        host, colon, port = server.rpartition(":")
        if not (colon and host and port.isascii() and port.isdigit() and 0 < int(port) < 2**16):
            yield "kafka_bootstrap_servers", "host:port, several parted by commas", f"{server!r} is no address"


def _link(settings: Settings) -> Iterator[Finding]:
    """Find what would let a neighbour read or forge the traffic."""
    protocol = settings.kafka_security_protocol
    if protocol not in ENCRYPTED + PLAIN:
        yield "kafka_security_protocol", " or ".join(ENCRYPTED), "there is no such protocol"
    elif protocol in PLAIN and settings.profile == "production":
        yield "kafka_security_protocol", " or ".join(ENCRYPTED), "the production profile never speaks in the clear"
    elif protocol in PLAIN and not all(map(is_loopback, servers(settings))):
        why = f"{settings.kafka_bootstrap_servers} is not loopback, and the link could be read and forged"
        yield "kafka_security_protocol", "SASL_SSL", why
    for one, other in (("kafka_ssl_certfile", "kafka_ssl_keyfile"), ("kafka_ssl_keyfile", "kafka_ssl_certfile")):
        if getattr(settings, one) and not getattr(settings, other):
            yield other, "a PEM file", f"{PREFIX}{one.upper()} is half of a pair"
    if protocol == "SSL" and settings.profile == "production" and not settings.kafka_ssl_certfile:
        yield "kafka_ssl_certfile", "a certificate of this client, or SASL_SSL", "nobody says who we are"


def _login(settings: Settings) -> Iterator[Finding]:
    if not settings.kafka_security_protocol.startswith("SASL"):
        return
    if settings.kafka_sasl_mechanism not in MECHANISMS:
        yield "kafka_sasl_mechanism", " or ".join(MECHANISMS), "there is no such way to log in"
    if not settings.kafka_sasl_username:
        yield "kafka_sasl_username", "the user's name", "a login needs a name"
    if settings.kafka_sasl_password_file is None:
        yield "kafka_sasl_password_file", "a file of mode 0400 that holds the password", "a login needs a password"


def servers(settings: Settings) -> list[str]:
    """Return the configured addresses, none where the local broker is meant."""
    return [server.strip() for server in settings.kafka_bootstrap_servers.split(",") if server.strip()]


def is_loopback(server: str) -> bool:
    """Whether ``server`` (host:port) cannot leave this machine."""
    host = server.rpartition(":")[0].strip("[]")
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
