"""The local broker: found, stopped, restarted, and never mistaken for somebody else's process."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import psutil
import pytest
from kafka import KafkaConsumer, TopicPartition

from puyango.errors import ConfigRefused, Unreachable
from streams.broker import client, process, properties, server, topics
from streams.broker.admin import administrator
from streams.broker.state import State, remember

if TYPE_CHECKING:
    from puyango.settings import Settings
from tests.brokers import command, family, produced

pytestmark = pytest.mark.broker


def consumed(settings: Settings, topic: str) -> set[bytes]:
    """Return the values in ``topic``, read from the beginning of each partition."""
    consumer = KafkaConsumer(**client.consumer_options(settings))
    places = [TopicPartition(topic, partition) for partition in consumer.partitions_for_topic(topic)]
    consumer.assign(places)
    for place in places:
        consumer.seek(place, 0)
    ends, found = consumer.end_offsets(places), set[bytes]()
    while any(consumer.position(place) < ends[place] for place in places):
        found.update(record.value for records in consumer.poll(1000).values() for record in records)
    consumer.close()
    return found


def test_the_broker_answers_under_the_identity_that_is_remembered(broker: Settings) -> None:
    """A home whose log changed its identity unseen would mix two logs in one landing."""
    found = server.status(broker)
    with administrator(client.admin_options(broker)) as admin:
        assert admin.describe_cluster()["cluster_id"] == found.cluster_id


def test_the_broker_listens_on_loopback_alone(broker: Settings) -> None:
    """It has no password: whoever can reach it can write to it."""
    opened = psutil.Process(server.status(broker).pid).net_connections("tcp")
    listening = {connection.laddr.ip.removeprefix("::ffff:") for connection in opened if connection.status == "LISTEN"}
    assert listening == {"127.0.0.1"}


def test_nobody_else_can_read_what_the_broker_keeps(broker: Settings) -> None:
    """The log holds every event as it was sent, before anything personal is replaced."""
    assert broker.broker.stat().st_mode & 0o077 == 0
    kept = ("state.json", "server.properties", "broker.log")
    assert {(broker.broker / name).stat().st_mode & 0o077 for name in kept} == {0}


def test_a_broker_that_is_killed_keeps_its_log_its_identity_and_its_ports(own_broker: Settings) -> None:
    """What was acknowledged to a producer is not sent again; and two starts at once make one broker."""
    contract = family("killed")
    with ThreadPoolExecutor() as pool:
        first, second = pool.map(server.start, [own_broker] * 2)
    assert first.pid == second.pid
    assert (first.began, second.began).count(True) == 1
    topics.create(own_broker, contract)
    produced(own_broker, contract.topic, 1000)
    made = topics.require(own_broker, [contract])

    os.kill(first.pid, signal.SIGKILL)
    assert process.wait(lambda: not server.status(own_broker).running, 10)
    again = server.start(own_broker)

    assert again.began
    assert (again.address, again.cluster_id) == (first.address, first.cluster_id)
    assert topics.require(own_broker, [contract]) == made
    assert consumed(own_broker, contract.topic) == {b"%d" % number for number in range(1000)}


def test_a_port_that_is_taken_is_replaced_and_the_identity_stays(own_broker: Settings) -> None:
    """Ports are borrowed from the machine; and the broker's own folder, not our note, says who it is."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        own_broker.broker.mkdir(parents=True)
        remember(own_broker.broker, State(properties.cluster_id(), port, *properties.free_ports(1)))
        noted = server.status(own_broker)
        first = server.start(own_broker)
    assert first.address != noted.address
    assert first.cluster_id == noted.cluster_id

    assert server.stop(own_broker).running
    assert not server.status(own_broker).running
    assert (own_broker.broker / "data" / ".kafka_cleanshutdown").exists()

    (own_broker.broker / "state.json").unlink()
    assert server.start(own_broker).cluster_id == first.cluster_id


def test_a_stranger_that_got_the_brokers_process_number_is_left_alone(settings: Settings) -> None:
    """Numbers are handed out again; a stop that trusts them ends somebody's work."""
    settings.broker.mkdir(parents=True)
    with subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"]) as stranger:
        remember(settings.broker, State("x", 1, 2, stranger.pid))
        assert not server.status(settings).running
        assert not server.stop(settings).running
        assert stranger.poll() is None
        stranger.kill()


def test_a_broker_that_does_not_answer_in_time_is_not_left_running(own_broker: Settings) -> None:
    """A start that failed may not hold the ports of the next one."""
    hurried = own_broker.model_copy(update={"broker_start_s": 0.2})
    with pytest.raises(Unreachable, match="PUYANGO_BROKER_START_S"):
        server.start(hurried)
    assert not server.status(own_broker).running
    mine = [found for found in psutil.process_iter() if str(own_broker.broker) in process.command_line(found.pid)]
    assert mine == []


def test_a_damaged_state_is_named_and_not_made_anew(settings: Settings) -> None:
    """Somebody edited it, or the disk did."""
    settings.broker.mkdir(parents=True)
    (settings.broker / "state.json").write_text("{")
    with pytest.raises(ConfigRefused, match=r"state\.json is damaged"):
        server.status(settings)


def test_the_command_line_tells_a_stopped_broker_from_a_running_one(broker: Settings, settings: Settings) -> None:
    """And shows where to connect another tool."""
    running = command(broker, "broker", "status").stdout
    assert "running" in running
    assert server.status(broker).address in running
    assert "stopped" in command(settings, "broker", "status").stdout
    assert "no local broker was running" in command(settings, "broker", "stop").stdout
