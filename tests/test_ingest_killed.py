"""The ingester as a process: killed, ended by a signal, beside others."""

from __future__ import annotations

import random
import signal
import time
from typing import TYPE_CHECKING

import pytest

from puyango.log import configure
from streams.families.crossing_count import CONTRACT
from streams.landing import Landing
from tests.ingested import good

if TYPE_CHECKING:
    from puyango.settings import Settings
from tests.streamed import land, landed, send, sent, spawn, wait_until

pytestmark = pytest.mark.broker


@pytest.fixture(autouse=True, scope="module")
def _quiet() -> None:
    """Say warnings alone."""
    configure(quiet=True)


def test_killed_at_random_moments_it_lands_each_offset_once(clean: Settings) -> None:
    """P1: whatever it was doing, the next start reads on from the chain's end."""
    small = clean.model_copy(update={"segment_rows": 40})
    chance = random.Random(20261124)  # noqa: S311 (a repeatable test)
    for partition in range(CONTRACT.partitions):
        send(small, partition, list(map(good, range(1_500))))
    killed = 0
    while killed < 5:
        process = spawn(small)
        began = len(list(small.landing.rglob("*.parquet")))
        while process.poll() is None and len(list(small.landing.rglob("*.parquet"))) < began + 3:
            time.sleep(0.01)
        time.sleep(chance.random() * 0.1)
        process.kill()
        process.communicate()
        killed += 1
    assert 0 < sum(landed(small).values()) < 6_000
    land(small)
    assert landed(small) == sent(small)
    assert len(Landing(small.landing).segments(CONTRACT.name)) >= 150
    assert list(small.landing.rglob("*.tmp")) == []


def test_a_signal_ends_it_in_order_within_seconds(clean: Settings) -> None:
    """P4: what was read has landed, and the exit code is 0."""
    send(clean, 0, list(map(good, range(20))))
    process = spawn(clean, "--partitions", "0")
    wait_until(lambda: bool(Landing(clean.landing).chains(CONTRACT.name)), 60)
    time.sleep(2)
    began = time.monotonic()
    process.send_signal(signal.SIGTERM)
    _, said = process.communicate(timeout=20)
    assert process.returncode == 0, said
    assert time.monotonic() - began < 10
    assert sum(landed(clean).values()) == 20


def test_several_processes_over_disjoint_partitions_share_the_work(clean: Settings) -> None:
    """D11: outgrowing one process needs no coordinator."""
    for partition in range(CONTRACT.partitions):
        send(clean, partition, list(map(good, range(100))))
    processes = [spawn(clean, "--until-caught-up", "--partitions", own) for own in ("0,1", "2,3")]
    for process in processes:
        _, said = process.communicate(timeout=60)
        assert process.returncode == 0, said
    assert landed(clean) == sent(clean)
