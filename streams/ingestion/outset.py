"""Where the ingester begins: which logs, which places, and whether they still are what was landed from."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

import structlog

from puyango.errors import OperatorNeeded, UsageRefused
from streams.ingestion.family import Family
from streams.ingestion.seam import Seam
from streams.judging.judge import Judge
from streams.reading import stops
from streams.reading.log import PartitionStopped

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping

    from puyango.settings import Settings
    from streams.contract import Contract
    from streams.landing import Landing
    from streams.privacy.keys import Keyring
    from streams.reading.log import Log, Place

said = structlog.get_logger()

LOOKS = 3


@dataclass(frozen=True, slots=True)
class Outset:
    """``landed`` is where each place's chain ends, ``start`` where it is read from: a known record earlier, if any."""

    families: Mapping[str, Family]
    landed: dict[Place, int]
    start: dict[Place, int]
    seams: dict[Place, Seam]
    ends: dict[Place, int]
    stopped: list[PartitionStopped]


def families(
    contracts: Iterable[Contract], log: Log, landing: Landing, keyring: Keyring, settings: Settings
) -> tuple[dict[str, Family], list[OperatorNeeded]]:
    """Return the healthy families by topic, their chains opened in the landing, and what stops the others.

    A family stops where its topic is missing, or where it was landed from another log and nobody accepted
    the new one (``topic_recreated``, ``cluster_changed``). Raises what stops them where none is healthy.
    """
    found: dict[str, Family] = {}
    stopped: list[OperatorNeeded] = []
    for contract in contracts:
        try:
            found[contract.topic] = _family(contract, log, landing, keyring, settings)
        except OperatorNeeded as error:
            stopped.append(error)
            said.error("stopped", family=contract.name, code=error.code, what=error.what)
    if stopped and not found:
        raise stops.together(stopped)
    return found, stopped


def accepted(
    segments: Iterable[tuple[str, int, int]], families: Mapping[str, Family], log: Log
) -> frozenset[tuple[str, int, int]]:
    """Return the ``segments`` that may land mostly refused; raises ``UsageRefused`` where a partition is not there."""
    topics = {family.contract.name: topic for topic, family in families.items()}
    for name, partition, offset in segments:
        if name in topics and partition not in log.partitions(topics[name]):
            raise _absent(partition, topics[name], log, f"--accept-refusals {name}:{partition}:{offset}: ")
    return frozenset(segments)


def outset(
    families: Mapping[str, Family],
    log: Log,
    landing: Landing,
    only: Collection[int] | None,
    known: Collection[Place] = (),
) -> Outset:
    """Return where to begin in the partitions ``only`` (all where None) that are not ``known`` yet."""
    begun = Outset(families, {}, {}, {}, {}, [])
    for topic in families:
        partitions = log.partitions(topic)
        if absent := sorted(set(only or ()) - set(partitions)):
            raise _absent(absent[0], topic, log)
        wanted = [place for place in partitions if (only is None or place in only) and (topic, place) not in known]
        begins = log.begin_offsets(topic) if wanted else {}
        ends = log.end_offsets(topic) if wanted else {}
        for partition in wanted:
            _begin(begun, (topic, partition), landing, begins[partition])
            begun.ends[topic, partition] = ends[partition]
    _compare(begun, log)
    return begun


def _family(contract: Contract, log: Log, landing: Landing, keyring: Keyring, settings: Settings) -> Family:
    chain = log.chain(contract.topic)
    known = landing.chains(contract.name)
    if known and chain.folder not in known:
        raise stops.another(contract.name, known[-1], chain)
    landing.open(contract.name, chain)
    return Family(contract, chain, Judge(contract, settings, keyring))


def _absent(partition: int, topic: str, log: Log, where: str = "") -> UsageRefused:
    last = log.partitions(topic)[-1]
    return UsageRefused(
        f"{where}partition {partition} of {topic} does not exist", f"It has the partitions 0 to {last}."
    )


def _begin(begun: Outset, place: Place, landing: Landing, log_begin: int) -> None:
    family = begun.families[place[0]]
    last = landing.partition(family.contract.name, family.chain.folder, place[1]).last()
    seam = Seam.of(last) if last else None
    begun.landed[place] = begun.start[place] = last.next if last else 0
    if seam and log_begin <= seam.offset:
        begun.seams[place], begun.start[place] = seam, seam.offset


def _compare(begun: Outset, log: Log) -> None:
    """Stop the places whose log ends before what was landed; an end just after a broker's start may lag."""
    for place, landed in begun.landed.items():
        for _ in range(LOOKS):
            if begun.ends[place] >= landed:
                break
            time.sleep(1.0)
            begun.ends[place] = log.end_offsets(place[0])[place[1]]
        else:
            fact = f"the log ends at {begun.ends[place]}, but {landed} offsets have landed"
            begun.stopped.append(PartitionStopped(place, stops.truncated(place, fact)))
