"""The jars of Kafka: each pinned by its bytes, missing ones told with what to do."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from puyango.errors import ConfigRefused
from streams.broker import jars

if TYPE_CHECKING:
    from pathlib import Path

    from puyango.settings import Settings
from tests.brokers import command

pytestmark = pytest.mark.broker


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
