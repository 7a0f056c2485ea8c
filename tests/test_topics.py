"""Topics: how they are made, and what is told of one that is missing, unsafe or elsewhere."""

from __future__ import annotations

import socket
import time
from typing import TYPE_CHECKING

import pytest
from kafka import KafkaConsumer, TopicPartition

from puyango.errors import ConfigRefused, TopicMissing, Unreachable
from streams.broker import client, topics
from streams.broker.admin import administrator
from streams.families import crossing_count

if TYPE_CHECKING:
    from puyango.settings import Settings
from tests.brokers import command, family, produced

pytestmark = pytest.mark.broker


def test_a_topic_is_stamped_by_the_broker_kept_for_ever_and_made_once(connected: Settings) -> None:
    """Knowledge time must be the broker's, or a producer could say that it told us earlier."""
    contract = family("made_once")
    assert topics.create(connected, contract)
    assert not topics.create(connected, contract)
    found = topics.require(connected, [contract])["made_once"]
    assert (found.name, found.partitions) == (contract.topic, 4)

    before = time.time() * 1000
    produced(connected, contract.topic, 1)
    consumer = KafkaConsumer(**client.consumer_options(connected))
    consumer.assign([TopicPartition(contract.topic, partition) for partition in range(4)])
    consumer.seek_to_beginning()
    records = [record for batch in consumer.poll(5000).values() for record in batch]
    consumer.close()
    assert [record.timestamp_type for record in records] == [1]
    assert records[0].timestamp >= before - 1000


def test_a_topic_that_carries_the_producers_clock_is_refused(connected: Settings) -> None:
    """By making it, by reading it, and by finding it there."""
    contract = family("producers_clock")
    with administrator(client.admin_options(connected)) as admin:
        admin.create_topics({contract.topic: {"num_partitions": 1}}, wait_for_metadata=True)
    for act in (lambda: topics.create(connected, contract), lambda: topics.require(connected, [contract])):
        with pytest.raises(ConfigRefused, match=r"message\.timestamp\.type=CreateTime"):
            act()


def test_a_missing_topic_is_answered_with_the_command_that_makes_it(connected: Settings) -> None:
    """Kafka would let a reader wait for it for ever."""
    with pytest.raises(TopicMissing, match="puyango topic create never_made") as missing:
        topics.require(connected, [family("never_made")])
    assert (missing.value.exit_code, missing.value.code) == (76, "topic_missing")


def test_where_nothing_listens_the_message_says_so_in_time(connected: Settings) -> None:
    """And not after the library's own half minute, nor with a trace."""
    with socket.create_server(("127.0.0.1", 0)) as held:
        nobody = f"127.0.0.1:{held.getsockname()[1]}"
    asked = connected.model_copy(update={"kafka_bootstrap_servers": nobody, "broker_start_s": 1.0})
    began = time.monotonic()
    with pytest.raises(Unreachable, match=nobody) as silent:
        topics.require(asked, [crossing_count.CONTRACT])
    assert silent.value.exit_code == 69
    assert time.monotonic() - began < 5


def test_a_server_that_accepts_and_never_speaks_is_not_waited_for_either(connected: Settings) -> None:
    """A half-dead machine, or a firewall that swallows."""
    with socket.create_server(("127.0.0.1", 0)) as mute:
        asked = connected.model_copy(
            update={"kafka_bootstrap_servers": f"127.0.0.1:{mute.getsockname()[1]}", "broker_start_s": 1.0}
        )
        began = time.monotonic()
        with pytest.raises(Unreachable):
            topics.require(asked, [crossing_count.CONTRACT])
        assert time.monotonic() - began < 5


def test_another_cluster_at_the_address_is_refused_when_one_is_pinned(connected: Settings) -> None:
    """Its offsets mean other records."""
    asked = connected.model_copy(update={"kafka_cluster_id": "AAAAAAAAAAAAAAAAAAAAAA"})
    for act in (
        lambda: topics.create(asked, family("elsewhere")),
        lambda: topics.require(asked, [family("elsewhere")]),
    ):
        with pytest.raises(ConfigRefused, match="pinned is AAAAAAAAAAAAAAAAAAAAAA"):
            act()


def test_the_command_line_makes_topics_and_says_which_existed(connected: Settings) -> None:
    """Twice the same command is no error."""
    for _ in range(2):
        ended = command(connected, "topic", "create", "--all")
        assert ended.returncode == 0
    assert "exists puyango.crossing_count.v1" in ended.stdout


def test_the_command_line_knows_the_nearest_family(connected: Settings) -> None:
    """A typo may not make an empty topic."""
    ended = command(connected, "topic", "create", "crossing_coutn")
    assert ended.returncode == 2
    assert "Did you mean crossing_count?" in ended.stderr
