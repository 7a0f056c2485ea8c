"""The administrator's client: closed in every case, and it says why a cluster could not be reached."""

from __future__ import annotations

import time
from contextlib import contextmanager
from typing import TYPE_CHECKING

from kafka import KafkaAdminClient, errors
from kafka.net.compat import KafkaNetClient
from kafka.net.manager import KafkaConnectionManager
from kafka.net.selector import NetworkSelector

from puyango.errors import NotPermitted, Unreachable
from streams.broker.greeting import greet, silent

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from kafka.net.connection import KafkaConnection

TRIES = 2
LEAST_S = 1.0


class Witness(KafkaConnectionManager):  # type: ignore[misc]  # the library has no types
    """Connections that remember why they failed: the library tells only that its time is over.

    A refused login, which no patience heals, ends the waiting at once.
    """

    def __init__(self, net: NetworkSelector, **configs: object) -> None:
        """Begin with nothing seen."""
        super().__init__(net, **configs)
        self.seen: list[KafkaConnection] = []

    def get_connection(self, node_id: object, **options: object) -> KafkaConnection:
        """Return a connection, or raise why there can be none."""
        failed = [connection for connection in self.seen if connection.init_future.failed()]
        said = [str(connection.init_future.exception) for connection in failed if _refused(connection)]
        if said or sum(map(_hung_up, failed)) >= TRIES:
            raise NotPermitted(
                f"the broker refuses the login of {self.config['sasl_plain_username']!r}"
                + (f": {said[-1]}" if said else ""),
                "Correct the user name, the password in PUYANGO_KAFKA_SASL_PASSWORD_FILE or the mechanism.",
            )
        connection = super().get_connection(node_id, **options)
        if connection not in self.seen:
            self.seen.append(connection)
        return connection

    @property
    def last(self) -> str:
        """Why the last connection failed, for a person."""
        failed = [connection.init_future.exception for connection in self.seen if connection.init_future.failed()]
        return str(failed[-1]) if failed else "no answer"


def _refused(connection: KafkaConnection) -> bool:
    """Whether the broker said outright that it does not let us in."""
    spoken = (errors.UnsupportedSaslMechanismError, errors.SaslAuthenticationFailedError)
    return isinstance(connection.init_future.exception, spoken)


def _hung_up(connection: KafkaConnection) -> bool:
    """Whether the broker ended the line after the greeting and before the login was through.

    So it refuses a login, and the library sees the end of the line before the reason.
    """
    greeted = connection.parser is not None and connection.broker_version is not None
    return bool(connection.sasl_enabled and greeted)


@contextmanager
def administrator(options: Mapping[str, object]) -> Iterator[KafkaAdminClient]:
    """Yield a client of ``options`` that has spoken with the cluster, and close it.

    Raises ``NotPermitted`` where it is refused and ``Unreachable`` where nothing answers in time.
    """
    deadline = time.monotonic() + float(str(options["bootstrap_timeout_ms"])) / 1000
    greet(options, deadline - time.monotonic())
    admin = _opened(options, max(deadline - time.monotonic(), LEAST_S))
    try:
        yield admin
    except errors.AuthorizationError as error:
        fact = type(error).__name__
        raise NotPermitted(
            f"the cluster refuses this user: {fact}", "Grant the right that the name tells of."
        ) from None
    except (errors.KafkaTimeoutError, errors.KafkaConnectionError, errors.NodeNotReadyError) as error:
        raise Unreachable(f"the cluster stopped answering: {error}", "Try again when it is back.") from error
    finally:
        admin.close()


def _opened(options: Mapping[str, object], limit_s: float) -> KafkaAdminClient:
    """Return a client in contact with the cluster.

    One whose first contact fails is never handed out by the library, and its thread and sockets would stay:
    they are ended here.
    """
    made: list[tuple[KafkaNetClient, NetworkSelector, Witness]] = []

    def network(**configs: object) -> KafkaNetClient:
        net = NetworkSelector(**configs)
        witness = Witness(net, **configs)
        made.append((KafkaNetClient(net, witness, **configs), net, witness))
        return made[-1][0]

    try:
        return KafkaAdminClient(**{**options, "bootstrap_timeout_ms": round(1000 * limit_s)}, kafka_client=network)
    except BaseException as error:
        for client, net, _ in made:
            client.close()
            net.stop()
        if isinstance(error, errors.KafkaTimeoutError):
            raise silent(options, made[0][2].last) from error
        raise
