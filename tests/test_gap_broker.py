"""Gaps in the log of a real Apache Kafka: damage is found record by record, and passed over to its end."""

from __future__ import annotations

import os
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest
from kafka import TopicPartition

from puyango.errors import OperatorNeeded
from streams.broker.admin import administrator
from streams.broker.client import admin_options
from tests.ingested import CONTRACT, good
from tests.streamed import batches, land, landed, log_file, overwrite, send

if TYPE_CHECKING:
    from puyango.settings import Settings

pytestmark = pytest.mark.broker


def declare(settings: Settings, *words: str) -> tuple[int, str]:
    """Run ``puyango gap declare``; return its exit code and what it said."""
    environ = {
        **os.environ,
        "PUYANGO_HOME": str(settings.home),
        "PUYANGO_KEYS": str(settings.keys),
        "PUYANGO_KAFKA_BOOTSTRAP_SERVERS": settings.kafka_bootstrap_servers,
    }
    program = [sys.executable, "-c", "from puyango.cli import main; main()", "gap", "declare", *words, "--reason", "x"]
    done = subprocess.run(program, env=environ, capture_output=True, text=True, timeout=120, check=False)
    return done.returncode, " ".join((done.stdout + done.stderr).split())


def test_damage_is_passed_over_to_its_end_and_no_further(clean: Settings, broker: Settings) -> None:
    """E35: the batch of three is lost, and neither the record before it nor the one after."""
    send(clean, 1, [good(1)])
    send(clean, 1, [good(2), good(3), good(4)], linger_ms=500)
    send(clean, 1, [good(5)])
    path = log_file(broker, 1)
    at, batch = list(batches(path))[1]
    overwrite(path, at + len(batch) - 20, b"rotten")
    with pytest.raises(OperatorNeeded) as stopped:
        land(clean)
    assert "puyango gap declare crossing_count:1 1 2 --because corrupt_batch" in stopped.value.remedy
    for next_, told in ((2, "the damage goes on up to 3"), (5, "these offsets are there, or not written yet: 4 to 4")):
        code, said = declare(clean, "crossing_count:1", "1", str(next_), "--because", "corrupt_batch")
        assert code == 2
        assert told in said
    code, said = declare(clean, "crossing_count:1", "1", "4", "--because", "corrupt_batch")
    assert code == 0, said
    assert "offsets 1 to 3 are a declared gap" in said
    land(clean)
    assert set(landed(clean)) == {(1, 0), (1, 4)}


def test_what_retention_deleted_is_passed_over_as_the_stop_says(clean: Settings) -> None:
    """E38 on the real log: the line of the stop is the command."""
    send(clean, 0, list(map(good, range(20))))
    with administrator(admin_options(clean)) as admin:
        admin.delete_records({TopicPartition(CONTRACT.topic, 0): 7})
    with pytest.raises(OperatorNeeded) as stopped:
        land(clean)
    line = stopped.value.remedy.split("puyango gap declare ")[1].split(" --reason")[0]
    assert declare(clean, *line.split())[0] == 0
    land(clean)
    assert set(landed(clean)) == {(0, offset) for offset in range(7, 20)}
    code, said = declare(clean, "crossing_count:0", "20", "21", "--because", "expired")
    assert code == 2
    assert "these offsets are there, or not written yet" in said
