"""The local broker: found, stopped, restarted, and never mistaken for somebody else's process."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import psutil
import pytest
from kafka import KafkaConsumer, KafkaProducer, TopicPartition

from puyango.errors import ConfigRefused, TopicMissing, Unreachable
from streams.broker import client, jars, process, properties, server, topics
from streams.broker.admin import administrator
from streams.broker.state import State, remember
from streams.families import crossing_count

if TYPE_CHECKING:
    from puyango.settings import Settings
    from streams.contract import Contract

pytestmark = pytest.mark.broker

PUYANGO = Path(sys.executable).with_name("puyango")


def family(name: str) -> Contract:
    """Return a family that no other test makes a topic of."""
    return replace(crossing_count.CONTRACT, name=name)


def produced(settings: Settings, topic: str, count: int) -> None:
    producer = KafkaProducer(**client.producer_options(settings))
    for number in range(count):
        producer.send(topic, key=b"%d" % number, value=b"%d" % number)
    producer.flush()
    producer.close()


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


def command(settings: Settings, *words: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run the command line as a person would."""
    stated = {"PUYANGO_HOME": str(settings.home), "PUYANGO_KAFKA_BOOTSTRAP_SERVERS": settings.kafka_bootstrap_servers}
    return subprocess.run(
        [PUYANGO, *words],
        env={**os.environ, **stated, **environment},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


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


def test_every_jar_is_pinned_by_its_bytes_and_all_of_kafka_has_one_version() -> None:
    """A coordinate added carelessly once replaced a jar by an older one, and the broker died at its first request."""
    pinned = jars.pinned()
    assert {jar.version for jar in pinned if jar.group == jars.KAFKA} == {"4.3.1"}
    assert {len(jar.sha256) for jar in pinned} == {64}
    assert set(jars.COORDINATES.split("+")) <= {jar.coordinate for jar in pinned}
    assert "//" not in jars.LOCK.read_text()


def test_a_lock_that_mixes_versions_of_kafka_is_refused_naming_the_jar(tmp_path: Path) -> None:
    """Before anything is fetched or started."""
    lock = tmp_path / "jars.lock"
    lock.write_text(jars.LOCK.read_text().replace("kafka-clients:4.3.1", "kafka-clients:3.9.1"))
    with pytest.raises(ConfigRefused, match=r"org\.apache\.kafka:kafka-clients:3\.9\.1"):
        jars.pinned(lock)


@pytest.fixture
def mirrored(broker: Settings, tmp_path: Path) -> Path:
    """Return a cache of our own that leads to the jars of the running broker."""
    assert broker
    for jar in jars.pinned():
        path = tmp_path / jar.path
        path.parent.mkdir(parents=True)
        path.symlink_to(jars.folder() / jar.path)
    return tmp_path


def test_a_jar_with_one_bit_changed_is_refused_by_name(mirrored: Path) -> None:
    """Whoever can write to the cache would otherwise run as us."""
    altered = next(jar for jar in jars.pinned() if jar.artifact == "kafka-clients")
    code = bytearray((mirrored / altered.path).read_bytes())
    code[len(code) // 2] ^= 1
    (mirrored / altered.path).unlink()
    (mirrored / altered.path).write_bytes(code)
    with pytest.raises(ConfigRefused, match=altered.coordinate) as refused:
        jars.resolve(mirrored)
    assert refused.value.exit_code == 78


def test_a_jar_that_is_missing_is_refused_by_name(mirrored: Path) -> None:
    """A class path with a hole starts, and fails much later."""
    (mirrored / jars.pinned()[3].path).unlink()
    with pytest.raises(ConfigRefused, match=jars.pinned()[3].coordinate):
        jars.verified(jars.pinned(), mirrored)


def test_jars_that_lie_in_the_cache_are_not_fetched_again(mirrored: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The broker starts on a machine without a network, once it has them."""
    monkeypatch.setenv("HTTPS_PROXY", "http://127.0.0.1:9")
    assert len(jars.resolve(mirrored)) == len(jars.pinned())


def test_without_jars_and_without_a_network_the_message_says_what_to_do(settings: Settings, tmp_path: Path) -> None:
    """The most likely failure of a first start, behind a company's firewall."""
    closed = {"HTTPS_PROXY": "http://127.0.0.1:9", "HTTP_PROXY": "http://127.0.0.1:9", "NO_PROXY": ""}
    ended = command(settings, "broker", "start", XDG_CACHE_HOME=str(tmp_path / "cache"), **closed)
    assert ended.returncode == 69
    assert "cannot be fetched" in ended.stderr
    assert "Maven Central" in ended.stderr
    assert not list((tmp_path / "cache").rglob("*.jar"))


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


def test_the_command_line_tells_a_stopped_broker_from_a_running_one(broker: Settings, settings: Settings) -> None:
    """And shows where to connect another tool."""
    running = command(broker, "broker", "status").stdout
    assert "running" in running
    assert server.status(broker).address in running
    assert "stopped" in command(settings, "broker", "status").stdout
    assert "no local broker was running" in command(settings, "broker", "stop").stdout
