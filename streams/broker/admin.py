"""The administrator's client, closed in every case."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from kafka import KafkaAdminClient
from kafka.net.compat import KafkaNetClient

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping


@contextmanager
def administrator(options: Mapping[str, object]) -> Iterator[KafkaAdminClient]:
    """Yield a client that has spoken with the cluster; raises the library's own errors.

    A client whose first contact fails is never handed out by its library, and its thread and sockets
    would stay: here they are closed.
    """
    made: list[KafkaNetClient] = []

    def network(**configs: object) -> KafkaNetClient:
        made.append(KafkaNetClient(**configs))
        return made[-1]

    admin = None
    try:
        admin = KafkaAdminClient(**options, kafka_client=network)
        yield admin
    finally:
        if admin is not None:
            admin.close()
        else:
            for client in made:
                client.close()
                client._manager._net.stop()  # noqa: SLF001 -- the library stops it only for those it handed out
