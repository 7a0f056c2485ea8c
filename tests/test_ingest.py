"""Hop 1 over a log in memory: each offset lands exactly once, whatever dies, races or waits."""

from __future__ import annotations

import threading
from contextlib import AbstractContextManager, contextmanager
from typing import TYPE_CHECKING

import polars as pl
import pytest

from puyango import durable
from puyango.errors import (
    ContractBroken,
)
from puyango.log import configure
from streams.ingestion.hold import cuts
from streams.judging.judge import Judge
from streams.landing import Landing
from streams.privacy.keys import Keyring
from streams.reading.memory_log import MemoryLog
from tests.ingested import CONTRACT, CONTRACTS, PLACE, filled, good, land, land_with, rows

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from puyango.settings import Settings
    from streams.segments.segment import Segment


@pytest.fixture(autouse=True, scope="module")
def _quiet() -> None:
    """Say warnings alone: these tests land thousands of segments."""
    configure(quiet=True)


@pytest.fixture
def home(settings: Settings) -> Settings:
    """Return settings with small segments."""
    return settings.model_copy(update={"segment_rows": 10})


def test_segments_are_cut_by_size_and_lie_end_to_end(home: Settings) -> None:
    """A segment is large enough to be worth a file and small enough to be read again after a crash."""
    landed = land(filled(map(good, range(25)), limit=7), home)
    assert [(segment.first, segment.next) for segment in landed] == [(0, 10), (10, 20), (20, 25)]


def test_a_segment_is_cut_by_age_while_the_topic_is_quiet(settings: Settings) -> None:
    """Ten records a day must not wait for a hundred thousand."""
    log, stop = filled(map(good, range(3))), threading.Event()
    landed: list[Segment] = []

    def report(segment: Segment) -> None:
        landed.append(segment)
        stop.set()

    aged = settings.model_copy(update={"segment_age_s": 0.05})
    land_with(log, aged, report=report, stop=stop)
    assert [(segment.first, segment.next) for segment in landed] == [(0, 3)]


def test_an_orderly_stop_lands_what_is_held(settings: Settings) -> None:
    """P4: SIGTERM sets the event; within seconds all that was read is durable, and the exit code is 0."""
    log, stop = filled(map(good, range(30)), limit=7), threading.Event()
    landed: list[Segment] = []
    threading.Timer(0.3, stop.set).start()
    land_with(log, settings, report=landed.append, stop=stop)
    assert sum(segment.rows for segment in landed) == 30


def test_the_log_is_told_only_of_what_has_landed(home: Settings) -> None:
    """I5, seeded bug 1: an offset committed before its segment is durable is lost with the machine."""
    told: list[tuple[int, bool]] = []

    class Watched(MemoryLog):
        def commit(self, topic: str, partition: int, next_offset: int, leader_epoch: int | None) -> None:
            end = Landing(home.landing).next_offset(CONTRACT.name, self.chain(topic), partition)
            told.append((next_offset, end is not None and end >= next_offset))
            super().commit(topic, partition, next_offset, leader_epoch)

    log = Watched()
    log.create(CONTRACT.topic)
    log.append(PLACE, list(map(good, range(20))))
    land(log, home)
    assert told == [(10, True), (20, True)]


def test_what_the_log_remembers_of_us_is_never_read(home: Settings) -> None:
    """K8: group offsets expire, are reset, are deleted; the landing alone says where to go on."""
    log = filled(map(good, range(5)))
    log.commit(*PLACE, 4, None)
    land(log, home)
    log.commit(*PLACE, 0, None)
    log.append(PLACE, list(map(good, range(5))))
    assert [(segment.first, segment.next) for segment in land(log, home)] == [(5, 10)]


def test_a_second_run_lands_nothing(home: Settings) -> None:
    """I7."""
    log = filled(map(good, range(25)))
    land(log, home)
    assert land(log, home) == []


def test_a_batch_that_cannot_be_unpacked_is_refused_offset_by_offset_and_reading_goes_on(home: Settings) -> None:
    """K5 and K6, seeded bug 20: a bomb that is skipped without a row is a loss."""
    log = filled([good(1)])
    log.append(PLACE, [b"packed", None, None], undecodable="oversize_decompressed")
    log.append(PLACE, [good(2)])
    land(log, home)
    assert rows(home)["reasons"].to_list() == [None, *["oversize_decompressed"] * 3, None]
    assert rows(home)["sealed"].is_not_null().to_list() == [False, True, False, False, False]


def test_a_segment_that_is_mostly_refused_stops_the_family_and_lands_nothing(settings: Settings) -> None:
    """E41: then the contract is wrong, not the rows; the message names the command that lets it pass."""
    log = filled([*[b"{}"] * 600, *map(good, range(400))])
    with pytest.raises(ContractBroken, match=r"(?s)600 of 1000 .* --accept-refusals crossing_count:0:0") as stopped:
        land(log, settings)
    assert stopped.value.exit_code == 76
    assert Landing(settings.landing).segments(CONTRACT.name) == []


def test_the_other_families_go_on_and_the_stop_is_raised_at_the_end(settings: Settings) -> None:
    """S22: one broken producer is not an outage of all."""
    log = filled([b"{}"] * 100)
    other = next(contract for contract in CONTRACTS if contract != CONTRACT)
    log.create(other.topic)
    log.append((other.topic, 0), [b"{}"] * 99)
    with pytest.raises(ContractBroken):
        land(log, settings, [CONTRACT, other])
    assert sum(segment.refused for segment in Landing(settings.landing).segments(other.name)) == 99


def test_a_person_may_let_one_segment_pass_and_that_is_recorded(settings: Settings) -> None:
    """The rows are kept, refused, with their bytes; the next segment has its own budget."""
    log = filled([b"{}"] * 200)
    hundred = settings.model_copy(update={"segment_rows": 100})
    with pytest.raises(ContractBroken, match="crossing_count:0:100"):
        land(log, hundred, accepted={(CONTRACT.name, 0, 0)})
    (segment,) = Landing(settings.landing).segments(CONTRACT.name)
    assert segment.refused == 100
    assert pl.read_parquet_metadata(segment.path)["accepted_refusals"] == "yes"


def test_few_refusals_and_small_segments_have_no_budget(settings: Settings) -> None:
    """E42: forty rows say nothing of a contract."""
    assert [segment.refused for segment in land(filled([b"{}"] * 40), settings)] == [40]
    exact = filled([*[b"{}"] * 50, *map(good, range(50))])
    exact.cluster_id = "another"
    Landing(settings.landing).open(CONTRACT.name, exact.chain(CONTRACT.topic))
    assert [segment.refused for segment in land(exact, settings)] == [50]


def test_what_cannot_be_unpacked_says_nothing_of_the_contract(settings: Settings) -> None:
    """K6 asks that reading goes on; a bomb of a thousand records must not stop the family instead."""
    log = MemoryLog()
    log.create(CONTRACT.topic)
    log.append(PLACE, [b"packed", *[None] * 999], undecodable="oversize_decompressed")
    assert [segment.refused for segment in land(log, settings)] == [1000]


@pytest.mark.parametrize("cut", [1, 3, 10, 12, 25])
def test_a_lost_race_is_read_again_from_where_the_winner_ended(home: Settings, cut: int) -> None:
    """P5 and P6, seeded bugs 14 and 15: a loser that lands its rows under the next name doubles them."""
    log = filled(map(good, range(25)), limit=4)
    rival = Landing(home.landing)
    publish, raced = Landing.publish, list[int]()

    def outrun(landing: Landing, *given_: object, **named: object) -> Segment:
        if not raced:
            raced.append(cut)
            judge = Judge(CONTRACT, home, Keyring.open(home))
            batch = next(iter(cuts(log._runs[PLACE][0], cut, cut)))  # noqa: SLF001 (the rival reads the same log)
            chain = log.chain(CONTRACT.topic)
            publish(rival, CONTRACT, chain, 0, 0, cut, judge.frame(chain, batch), [])
        return publish(landing, *given_, **named)  # type: ignore[arg-type]  # handed through

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Landing, "publish", outrun)
        land(log, home)
    assert rows(home)["offset"].to_list() == list(range(25))
    assert rows(home)["reported_count"].to_list() == list(range(25))


def by_thread(written: Callable[..., AbstractContextManager[Path]]) -> Callable[..., AbstractContextManager[Path]]:
    """Return ``written`` with a temporary name a thread, as two processes would have."""

    @contextmanager
    def apart(path: Path, write: Callable[[Path], None], mode: int) -> Iterator[Path]:
        aside = path.parent / f"{threading.get_ident()}"
        with written(aside / path.name, write, mode) as temporary:
            yield temporary

    return apart


def test_two_ingesters_at_once_land_each_offset_once(home: Settings) -> None:
    """P6: no coordinator; the name of a segment is the lock."""
    one = home.model_copy(update={"segment_rows": 7})
    failures: list[BaseException] = []

    def run(settings: Settings, limit: int) -> None:
        try:
            land(filled(map(good, range(400)), limit=limit), settings)
        except BaseException as error:  # noqa: BLE001 (shown by the test)
            failures.append(error)

    writers = [threading.Thread(target=run, args=each) for each in ((one, 5), (home, 9))]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(durable, "_written", by_thread(durable._written))  # noqa: SLF001 (two processes have two names)
        for writer in writers:
            writer.start()
        for writer in writers:
            writer.join()
    assert failures == []
    assert rows(home)["reported_count"].to_list() == list(range(400))
