"""The ingester that dies at any moment: nothing is lost and nothing is invented."""

from __future__ import annotations

from contextlib import suppress
from itertools import count
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis
from hypothesis import strategies as st
from polars.testing import assert_frame_equal

from puyango import durable
from puyango.log import configure
from puyango.settings import Settings
from streams import strategies
from streams.judging.judge import Judge
from streams.landing import Landing
from streams.privacy.keys import Keyring
from streams.reading.memory_log import FragileLog, MemoryLog
from streams.segments import conservation
from tests.ingested import CONTRACTS, COORDINATES, gaps, land, rows

if TYPE_CHECKING:
    from collections.abc import Callable

    from streams.contract import Contract


@pytest.fixture(autouse=True, scope="module")
def _quiet() -> None:
    """Say warnings alone: these tests land thousands of segments."""
    configure(quiet=True)


class Crash(BaseException):
    """The process dies here."""


def fuse(life: int) -> Callable[[], None]:
    """Return what may be called ``life`` times, and then kills."""
    left = count(life, -1)

    def burn() -> None:
        if next(left) <= 0:
            raise Crash

    return burn


@st.composite
def logs(draw: st.DrawFn, contract: Contract) -> FragileLog:
    """Return logs of two partitions that begin with a record: good and malformed ones, unreadable batches, holes."""
    log = FragileLog()
    log.create(contract.topic, 2)
    for partition in range(2):
        for kind in ["bad", *draw(st.lists(st.sampled_from(("good", "bad", "hole", "damage")), max_size=5))]:
            number = draw(st.integers(1, 3))
            if kind == "hole":
                log.skip((contract.topic, partition), number)
            elif kind == "damage":
                bytes_once = [b"packed", *[None] * (number - 1)]
                log.append((contract.topic, partition), bytes_once, undecodable="undecodable_batch")
            elif kind == "bad":
                log.append((contract.topic, partition), draw(st.lists(st.binary(max_size=9), min_size=1, max_size=3)))
            else:
                sent = [draw(strategies.records(contract)) for _ in range(number)]
                keys = [record.key for record in sent]
                log.append((contract.topic, partition), [record.value for record in sent], keys=keys)
    return log


@pytest.mark.parametrize("contract", CONTRACTS, ids=lambda contract: contract.name)
@hypothesis(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(data=st.data(), life=st.integers(0, 12), limits=st.tuples(*[st.integers(1, 4)] * 3), dies_writing=st.booleans())
def test_a_crash_at_any_moment_loses_nothing_and_invents_nothing(  # noqa: PLR0917 (each is drawn apart)
    contract: Contract,
    tmp_path_factory: pytest.TempPathFactory,
    data: st.DataObject,
    life: int,
    limits: tuple[int, int, int],
    dies_writing: bool,
) -> None:
    """However batches are cut, and even if a writer that had lost its place wakes up late.

    Killed by this: ``replace`` instead of ``create`` in the landing, a position taken from what the log
    remembers of the group, ``next`` without the hole behind the last record, a record skipped, the rows
    of a lost race landed under the next name.
    """
    log = data.draw(logs(contract))
    folder = tmp_path_factory.mktemp("landings")
    calm = Settings(home=folder / "calm", keys=folder / "keys")
    rough = Settings(home=folder / "rough", keys=folder / "keys", segment_rows=limits[0])
    land(log, calm, [contract])
    wake = sleeper(log, rough, contract)
    with pytest.MonkeyPatch.context() as patch, suppress(Crash):
        burn = fuse(life)
        if dies_writing:
            patch.setattr(durable, "sync", lambda _: burn())
        else:
            log.burn = burn
        land(log, rough, [contract])
    log.burn, log.limit = lambda: None, limits[1]
    land(log, rough.model_copy(update={"segment_rows": limits[2]}), [contract])
    wake()
    assert_frame_equal(rows(calm, contract), rows(rough, contract))
    assert gaps(calm, contract) == gaps(rough, contract)
    offsets = {(n, at) for n, end in log.end_offsets(contract.topic).items() for at in range(end)}
    landed = set(rows(rough, contract).select(COORDINATES).iter_rows())
    assert landed | gaps(rough, contract) == offsets
    assert not landed & gaps(rough, contract)


def sleeper(log: MemoryLog, settings: Settings, contract: Contract) -> Callable[[], None]:
    """Return the awakening of a writer that had read the first batch when nothing had landed yet.

    It fails, or finds its very bytes landed; what the landing holds afterwards decides.
    """
    judge = Judge(contract, settings, Keyring.open(settings))
    chain = log.chain(contract.topic)
    log.assign({(contract.topic, 0): 0})
    read = log.poll(0.0)

    def wake() -> None:
        for batch in read:
            frame = judge.frame(chain, batch)
            with suppress(FileExistsError):
                Landing(settings.landing).publish(
                    contract, chain, 0, batch.first, batch.next, frame, conservation.holes(batch)
                )

    return wake
