"""Whether the topics can be read, and still hold what has not landed."""

from __future__ import annotations

from contextlib import closing
from typing import TYPE_CHECKING

import streams.families
from dags.doctor.finding import Finding, note
from puyango.errors import PuyangoError
from puyango.members import members
from streams.broker import server
from streams.landing import Landing
from streams.reading import stops
from streams.reading.kafka_log import KafkaLog

if TYPE_CHECKING:
    from collections.abc import Iterator

    from puyango.settings import Settings
    from streams.contract import Contract

SAYS = "Every topic is the one that was landed from, and holds all that has not landed."


def examine(settings: Settings) -> Iterator[Finding]:
    """Ask the broker for each family's topic; a local broker that is stopped is a note."""
    if not settings.kafka_bootstrap_servers and not server.status(settings).running:
        yield note("the local broker is stopped", "Start it with: puyango broker start")
        return
    for module in members(streams.families):
        try:
            yield from _family(settings, module.CONTRACT)
        except PuyangoError as error:
            yield Finding.of(error)


def _family(settings: Settings, contract: Contract) -> Iterator[Finding]:
    landing = Landing(settings.landing)
    with closing(KafkaLog(settings, [contract])) as log:
        chain = log.chain(contract.topic)
        known = landing.chains(contract.name)
        if known and chain.folder not in known:
            raise stops.another(contract.name, known[-1], chain)
        ends = log.end_offsets(contract.topic)
        for partition, begins in log.begin_offsets(contract.topic).items():
            landed = landing.next_offset(contract.name, chain, partition) or 0
            if not begins <= landed <= ends[partition]:
                yield Finding.of(stops.out_of_range((contract.topic, partition), landed, begins, ends[partition]))
