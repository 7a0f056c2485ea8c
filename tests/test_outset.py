"""Where the ingester begins: what is wrong with one family at the start keeps no other from being read."""

from __future__ import annotations

from contextlib import closing
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from kafka import KafkaProducer

from puyango.errors import OperatorNeeded, TopicMissing, UsageRefused
from streams.broker import topics
from streams.broker.client import producer_options
from streams.landing import Landing
from streams.reading.kafka_log import KafkaLog
from streams.reading.memory_log import MemoryLog
from tests.ingested import CONTRACT, CONTRACTS, good, land

if TYPE_CHECKING:
    from puyango.settings import Settings

OTHERS = [contract for contract in CONTRACTS if contract is not CONTRACT]


def log_of(*names: str) -> MemoryLog:
    """Return a log with the topics of these families; that of the counts holds nine good records."""
    log = MemoryLog()
    for contract in CONTRACTS:
        if contract.name in names:
            log.create(contract.topic)
    if CONTRACT.name in names:
        log.append((CONTRACT.topic, 0), list(map(good, range(9))))
    return log


def landed(settings: Settings) -> int:
    return sum(segment.rows for segment in Landing(settings.landing).segments(CONTRACT.name))


def test_a_missing_topic_keeps_no_other_family_from_landing(settings: Settings) -> None:
    """A family declared yesterday has no topic yet; the crossings of today must land, and somebody must hear of it."""
    with pytest.raises(OperatorNeeded) as stopped:
        land(log_of(CONTRACT.name), settings, CONTRACTS)
    assert stopped.value.code == "topic_missing"
    assert all(contract.topic in stopped.value.what for contract in OTHERS)
    assert landed(settings) == 9


def test_a_topic_made_anew_keeps_no_other_family_from_landing(settings: Settings) -> None:
    """K12 of one family is not K12 of all."""
    log = log_of(*(contract.name for contract in CONTRACTS))
    land(log, settings, OTHERS)
    log.create(OTHERS[0].topic, topic_id="second")
    with pytest.raises(OperatorNeeded) as stopped:
        land(log, settings, CONTRACTS)
    assert stopped.value.code == "topic_recreated"
    assert f"puyango topic accept {OTHERS[0].name}" in stopped.value.remedy
    assert landed(settings) == 9


@pytest.mark.broker
def test_a_topic_that_the_broker_does_not_have_keeps_no_other_family_from_landing(connected: Settings) -> None:
    """The same of a real Kafka, which says of an unknown topic nothing until it is asked for it by name."""
    there, missing = replace(CONTRACT, name="outset_there"), replace(CONTRACT, name="outset_missing")
    topics.create(connected, there)
    with KafkaProducer(**producer_options(connected)) as producer:
        producer.send(there.topic, good(7), partition=0)
    with closing(KafkaLog(connected, [missing, there])) as log, pytest.raises(TopicMissing, match=missing.topic):
        land(log, connected, [missing, there])
    assert sum(segment.rows for segment in Landing(connected.landing).segments(there.name)) == 1


def test_where_no_family_is_healthy_nothing_begins(settings: Settings) -> None:
    """Then there is nothing to go on with, and waiting would look like work."""
    with pytest.raises(TopicMissing):
        land(log_of(), settings, [CONTRACT], until_caught_up=False)
    with pytest.raises(OperatorNeeded, match=CONTRACT.topic):
        land(log_of(), settings, CONTRACTS, until_caught_up=False)


def test_a_segment_of_a_partition_that_does_not_exist_is_refused(settings: Settings) -> None:
    """O1: a slip in --accept-refusals would otherwise accept nothing, in silence."""
    log = log_of(CONTRACT.name)
    with pytest.raises(UsageRefused, match=rf"--accept-refusals {CONTRACT.name}:7:0: partition 7"):
        land(log, settings, accepted=[(CONTRACT.name, 7, 0)])
    assert landed(settings) == 0
    land(log, settings, accepted=[(CONTRACT.name, 0, 0)])
    assert landed(settings) == 9
