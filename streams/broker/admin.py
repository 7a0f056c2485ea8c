"""The administrator's client: closed in every case, and it says why a cluster could not be reached."""

from __future__ import annotations

import ssl
from contextlib import contextmanager
from typing import TYPE_CHECKING

from kafka import KafkaAdminClient, errors
from kafka.net.compat import KafkaNetClient
from kafka.net.manager import KafkaConnectionManager
from kafka.net.selector import NetworkSelector

from puyango.errors import NotPermitted, Unreachable

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from kafka.net.connection import KafkaConnection

TRIES = 2


class Witness(KafkaConnectionManager):  # type: ignore[misc]  # the library has no types
    """Connections that remember why they failed: the library tells only that its time is over.

    What no patience heals (a refused login, a certificate that does not hold) ends the waiting at once.
    """

    def __init__(self, net: NetworkSelector, **configs: object) -> None:
        """Begin with nothing seen."""
        super().__init__(net, **configs)
        self.seen: list[KafkaConnection] = []

    def get_connection(self, node_id: object, **options: object) -> KafkaConnection:
        """Return a connection, or raise why there can be none."""
        failed = [connection for connection in self.seen if connection.init_future.failed()]
        for refusal in filter(None, map(_refusal, failed)):
            raise refusal
        if sum(map(_hung_up, failed)) >= TRIES:
            raise NotPermitted(f"the broker refuses the login of {self.config['sasl_plain_username']!r}", CREDENTIALS)
        connection = super().get_connection(node_id, **options)
        if connection not in self.seen:
            self.seen.append(connection)
        return connection

    @property
    def last(self) -> str:
        """Why the last connection failed, for a person."""
        failed = [connection.init_future.exception for connection in self.seen if connection.init_future.failed()]
        return str(failed[-1]) if failed else "no answer"


CREDENTIALS = "Correct the user name, the password in PUYANGO_KAFKA_SASL_PASSWORD_FILE or the mechanism."
TRUST = "Check PUYANGO_KAFKA_SSL_CAFILE, and that the address is the name in the broker's certificate."


def _refusal(connection: KafkaConnection) -> NotPermitted | None:
    """Return what the failed ``connection`` says outright."""
    error = connection.init_future.exception
    if isinstance(cause := error.__context__, ssl.SSLError) and not isinstance(cause, ssl.SSLEOFError):
        why = getattr(cause, "verify_message", "") or cause.reason
        return NotPermitted(f"the TLS handshake with the broker failed: {why}", TRUST, code="tls_failed")
    if isinstance(error, (errors.UnsupportedSaslMechanismError, errors.SaslAuthenticationFailedError)):
        return NotPermitted(f"the broker refuses the login: {error}", CREDENTIALS)
    return None


def _hung_up(connection: KafkaConnection) -> bool:
    """Whether the broker ended the line after the greeting and before the login was through.

    So it refuses a login, and the library sees the end of the line before the reason.
    """
    greeted = connection.parser is not None and connection.broker_version is not None
    return bool(connection.sasl_enabled and greeted)


@contextmanager
def administrator(options: Mapping[str, object]) -> Iterator[KafkaAdminClient]:
    """Yield a client that has spoken with the cluster, and close it.

    Raises ``NotPermitted`` where it is refused and ``Unreachable`` where nothing answers in time. A client
    whose first contact fails is never handed out by its library, and its thread and sockets would stay.
    """
    made: list[tuple[NetworkSelector, Witness]] = []

    def network(**configs: object) -> KafkaNetClient:
        net = NetworkSelector(**configs)
        made.append((net, Witness(net, **configs)))
        return KafkaNetClient(*made[-1], **configs)

    try:
        admin = KafkaAdminClient(**options, kafka_client=network)
    except BaseException as error:
        for net, witness in made:
            witness.close()
            net.stop()
        if isinstance(error, errors.KafkaTimeoutError):
            raise _silent(options, made[0][1]) from error
        raise
    try:
        yield admin
    except errors.AuthorizationError as error:
        raise NotPermitted(
            f"the cluster refuses this user: {type(error).__name__}", "Grant the right that the name tells of."
        ) from None
    except (errors.KafkaTimeoutError, errors.KafkaConnectionError, errors.NodeNotReadyError) as error:
        raise Unreachable(f"the cluster stopped answering: {error}", "Try again when it is back.") from error
    finally:
        admin.close()


def _silent(options: Mapping[str, object], witness: Witness) -> Unreachable:
    servers = options["bootstrap_servers"]
    named = servers if isinstance(servers, str) else ",".join(map(str, servers))  # type: ignore[call-overload]
    return Unreachable(
        f"no broker answers at {named} ({witness.last})",
        "Check the address, PUYANGO_KAFKA_SECURITY_PROTOCOL and that it runs (the local one: puyango broker start).",
    )
