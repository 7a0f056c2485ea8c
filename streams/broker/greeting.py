"""The first contact with a cluster, before the library's: it closes what it opened and says what went wrong."""

from __future__ import annotations

import socket
import ssl
from typing import TYPE_CHECKING, cast

from puyango.errors import NotPermitted, Unreachable
from streams.broker.process import wait

if TYPE_CHECKING:
    from collections.abc import Mapping

CONNECT_S = 2.0
TRUST = "Check PUYANGO_KAFKA_SSL_CAFILE, and that the address is the name in the broker's certificate."


def greet(options: Mapping[str, object], limit_s: float) -> None:
    """Return once a broker accepts and, where TLS is spoken, has proved who it is.

    Raises ``NotPermitted`` at once for a certificate that does not hold, ``Unreachable`` where nobody
    accepts within ``limit_s``.
    """
    context = _context(options)
    servers = addresses(options)
    heard: list[str] = []

    def accepted() -> bool:
        heard[:] = [_obstacle(server, context) for server in servers]
        return "" in heard

    if not wait(accepted, limit_s):
        raise silent(options, heard[-1])


def addresses(options: Mapping[str, object]) -> list[str]:
    """Return the addresses in ``options``."""
    servers = options["bootstrap_servers"]
    return servers.split(",") if isinstance(servers, str) else list(cast("list[str]", servers))


def silent(options: Mapping[str, object], why: str) -> Unreachable:
    """Return the error that says that nobody answers."""
    return Unreachable(
        f"no broker answers at {','.join(addresses(options))} ({why})",
        "Check the address, PUYANGO_KAFKA_SECURITY_PROTOCOL and that it runs (the local one: puyango broker start).",
    )


def _obstacle(server: str, context: ssl.SSLContext | None) -> str:
    """Return what keeps us from ``server``, empty where nothing does."""
    host, _, port = server.rpartition(":")
    host = host.strip("[]")
    try:
        with socket.create_connection((host, int(port)), timeout=CONNECT_S) as line:
            if context is not None:
                context.wrap_socket(line, server_hostname=host).close()
    except ssl.SSLEOFError:
        return "it hangs up when TLS is spoken"
    except ssl.SSLError as error:
        why = getattr(error, "verify_message", "") or error.reason
        raise NotPermitted(f"the TLS handshake with {server} failed: {why}", TRUST, code="tls_failed") from None
    except OSError as error:
        return error.strerror or str(error)
    return ""


def _context(options: Mapping[str, object]) -> ssl.SSLContext | None:
    """Return how TLS is spoken, as the library will; None where it is not."""
    if not str(options.get("security_protocol", "")).endswith("SSL"):
        return None
    trusted, own, key = (options.get(name) for name in ("ssl_cafile", "ssl_certfile", "ssl_keyfile"))
    try:
        context = ssl.create_default_context(cafile=None if trusted is None else str(trusted))
        context.minimum_version = ssl.TLSVersion.TLSv1_2
        if own is not None:
            context.load_cert_chain(str(own), None if key is None else str(key))
    except ssl.SSLError as error:
        raise NotPermitted(f"a file of certificates cannot be used: {error.reason}", TRUST, code="tls_failed") from None
    return context
