"""Hop 1 on a log in memory: each offset exactly once, whatever dies, races or is full."""

from __future__ import annotations

import errno
import signal
import subprocess
import sys
import threading
from contextlib import AbstractContextManager, contextmanager, suppress
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING

import polars as pl
import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis
from hypothesis import strategies as st
from polars.testing import assert_frame_equal

import streams.families
from puyango import durable
from puyango.errors import (
    ChainBroken,
    ContractBroken,
    DiskFailed,
    OperatorNeeded,
    PuyangoError,
    TopicMissing,
    Unreachable,
    UsageRefused,
)
from puyango.log import configure
from puyango.members import members
from puyango.settings import Settings
from streams import strategies
from streams.ingest import ingest
from streams.ingestion import outset, patience, reader
from streams.ingestion.hold import cuts
from streams.judging.judge import Judge
from streams.landing import Landing
from streams.privacy.keys import Keyring
from streams.reading.memory_log import FragileLog, MemoryLog
from streams.reading.watchdog import Watchdog
from streams.segments import conservation

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from streams.contract import Contract
    from streams.reading.log import Batch, Chain
    from streams.segments.segment import Segment

CONTRACTS = [module.CONTRACT for module in members(streams.families)]
CONTRACT = next(contract for contract in CONTRACTS if contract.name == "crossing_count")
PLACE = (CONTRACT.topic, 0)
COORDINATES = ["partition", "offset"]


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


def land(
    log: MemoryLog, settings: Settings, contracts: Iterable[Contract] = (CONTRACT,), **options: object
) -> list[Segment]:
    """Land what is in ``log``; return the segments that were reported."""
    reported: list[Segment] = []
    given_: dict[str, object] = {"until_caught_up": True, "stop": threading.Event(), **options}
    ingest(
        contracts,
        log,
        Landing(settings.landing),
        Keyring.open(settings),
        settings,
        report=reported.append,
        **given_,  # type: ignore[arg-type]  # options by name
    )
    return reported


def rows(settings: Settings, contract: Contract = CONTRACT) -> pl.DataFrame:
    """Return every landed row, in order."""
    segments = Landing(settings.landing).segments(contract.name)
    return pl.concat([pl.read_parquet(segment.path) for segment in segments]).sort(COORDINATES)


def good(number: int) -> bytes:
    """Return a canonical body."""
    return (
        b'{"source":"us_bts_border_crossing","reporter":"US","counterpart":"MX","post":"0901","direction":"entry",'
        b'"nationality":"_Z","measure":"trucks","freq":"M","period":"2024-01","period_first_day":"2024-01-01",'
        b'"reported_count":%d}' % number
    )


def filled(values: Iterable[bytes | None], limit: int = 1_000) -> MemoryLog:
    """Return a log whose one partition holds ``values``."""
    log = MemoryLog(limit=limit)
    log.create(CONTRACT.topic)
    log.append(PLACE, list(values))
    return log


@pytest.fixture
def home(settings: Settings) -> Settings:
    """Return settings with small segments."""
    return settings.model_copy(update={"segment_rows": 10})


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


def gaps(settings: Settings, contract: Contract = CONTRACT) -> set[tuple[int, int]]:
    """Return every offset that the landing declares empty."""
    return {
        (segment.partition, offset)
        for segment in Landing(settings.landing).segments(contract.name)
        for gap in segment.gaps
        for offset in range(gap.first, gap.next)
    }


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


def land_with(log: MemoryLog, settings: Settings, *, report: Callable[[Segment], None], stop: threading.Event) -> None:
    """Land until stopped."""
    ingest(
        [CONTRACT],
        log,
        Landing(settings.landing),
        Keyring.open(settings),
        settings,
        until_caught_up=False,
        stop=stop,
        report=report,
    )


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


def by_thread(written: Callable[..., AbstractContextManager[Path]]) -> Callable[..., AbstractContextManager[Path]]:
    """Return ``written`` with a temporary name a thread, as two processes would have."""

    @contextmanager
    def apart(path: Path, write: Callable[[Path], None], mode: int) -> Iterator[Path]:
        aside = path.parent / f"{threading.get_ident()}"
        with written(aside / path.name, write, mode) as temporary:
            yield temporary

    return apart


def test_a_full_disk_is_waited_for_and_work_goes_on_by_itself(home: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    """D1: nothing half-written stays, nothing is lost, nobody has to come at night."""
    full = [True] * 3
    write = Path.write_bytes

    def refused(path: Path, content: bytes) -> int:
        if path.suffix == ".tmp" and full:
            full.pop()
            write(path, content[:10])
            raise OSError(errno.ENOSPC, "No space left on device")
        return write(path, content)

    monkeypatch.setattr(Path, "write_bytes", refused)
    monkeypatch.setattr(threading.Event, "wait", quick(threading.Event.wait))
    land(filled(map(good, range(25))), home)
    assert rows(home)["offset"].to_list() == list(range(25))
    assert list(home.landing.rglob("*.tmp")) == []


def quick(wait: Callable[[threading.Event, float | None], bool]) -> Callable[[threading.Event, float | None], bool]:
    """Return ``wait`` that is over at once where it would take a second or more."""

    def waited(event: threading.Event, timeout: float | None = None) -> bool:
        return wait(event, min(timeout, 0.01) if timeout and timeout >= 1 else timeout)

    return waited


def test_a_disk_that_answers_with_errors_stops_after_three_tries(
    home: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    """D2: a new file each time, never a second fsync of the same one; then a person looks at the disk."""
    synced: list[str] = []

    def failing(path: Path) -> None:
        synced.append(path.name)
        raise OSError(errno.EIO, "Input/output error")

    monkeypatch.setattr(durable, "sync", failing)
    monkeypatch.setattr(threading.Event, "wait", quick(threading.Event.wait))
    with pytest.raises(DiskFailed) as stopped:
        land(filled([good(1)]), home)
    assert (len(synced), stopped.value.exit_code) == (3, 74)
    assert Landing(home.landing).segments(CONTRACT.name) == []


def test_a_stop_while_the_disk_is_full_ends_at_once(home: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    """P4: finish or abandon the segment; what was read will be read again."""

    def refused(_path: Path, _content: bytes) -> int:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(Path, "write_bytes", refused)
    stop = threading.Event()
    threading.Timer(0.3, stop.set).start()
    land_with(filled(map(good, range(25))), home, report=lambda _: None, stop=stop)
    assert Landing(home.landing).segments(CONTRACT.name) == []


def test_nothing_lands_behind_rows_that_were_let_go(home: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    """P4, D1: a stop while the disk is full, and a disk that heals at once, leave no hole where the chain begins."""
    stop, full, write = threading.Event(), [True], Path.write_bytes

    def refused(path: Path, content: bytes) -> int:
        if full:
            full.pop()
            stop.set()
            raise OSError(errno.ENOSPC, "No space left on device")
        return write(path, content)

    monkeypatch.setattr(Path, "write_bytes", refused)
    log = filled(map(good, range(35)))
    land_with(log, home, report=lambda _: None, stop=stop)
    land(log, home)
    assert rows(home)["offset"].to_list() == list(range(35))


def test_an_exception_in_the_second_thread_ends_the_process(home: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    """P11: a silent dead thread would leave a reader that reads into nothing."""

    def broken(*_: object) -> pl.DataFrame:
        raise ZeroDivisionError

    monkeypatch.setattr(Judge, "frame", broken)
    with pytest.raises(ZeroDivisionError):
        land(filled(map(good, range(10_000)), limit=1), home)


def test_where_memory_does_not_suffice_a_batch_is_judged_in_halves(
    home: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    """P10: down to one record; an ingester that dies of one large batch would die of it for ever."""
    frame = Judge.frame

    def tight(judge: Judge, chain: Chain, batch: Batch) -> pl.DataFrame:
        if len(batch.records) > 1:
            raise MemoryError
        return frame(judge, chain, batch)

    monkeypatch.setattr(Judge, "frame", tight)
    land(filled(map(good, range(9))), home)
    assert rows(home)["offset"].to_list() == list(range(9))


def test_a_topic_made_anew_while_nobody_looked_is_not_mixed_in(home: Settings) -> None:
    """K12: offsets begin again at 0, so the old place would skip or double."""
    log = filled(map(good, range(9)))
    land(log, home)
    log.create(CONTRACT.topic, topic_id="second")
    with pytest.raises(OperatorNeeded) as stopped:
        land(log, home)
    assert stopped.value.code == "topic_recreated"


def test_another_cluster_under_the_old_address_is_not_mixed_in(home: Settings) -> None:
    """K13."""
    log = filled(map(good, range(9)))
    land(log, home)
    log.cluster_id = "rebuilt"
    with pytest.raises(OperatorNeeded) as stopped:
        land(log, home)
    assert stopped.value.code == "cluster_changed"


@pytest.mark.parametrize(("change", "code"), [("create", "topic_recreated"), ("delete", "topic_missing")])
def test_a_topic_that_changes_between_reading_and_landing_stops(home: Settings, change: str, code: str) -> None:
    """H6: the topic is compared before each segment, after the last record of it was read."""

    class Changing(MemoryLog):
        def poll(self, timeout_s: float) -> list[Batch]:
            found = super().poll(timeout_s)
            if found and change == "create":
                self._ids[CONTRACT.topic] = "second"
            elif found:
                self.delete(CONTRACT.topic)
            return found

    log = Changing()
    log.create(CONTRACT.topic)
    log.append(PLACE, list(map(good, range(9))))
    with pytest.raises((OperatorNeeded, TopicMissing)) as stopped:
        land(log, home)
    assert stopped.value.code == code
    assert Landing(home.landing).segments(CONTRACT.name) == []


def test_records_deleted_before_they_were_read_stop_with_the_exact_range(home: Settings) -> None:
    """E38 and K9: a loss is declared by a person, never skipped."""
    log = filled(map(good, range(20)))
    log.expire(PLACE, 7)
    with pytest.raises(OperatorNeeded, match="offsets 0 to 6") as stopped:
        land(log, home)
    assert stopped.value.code == "data_expired"


def test_a_partition_that_stops_does_not_stop_the_others(home: Settings) -> None:
    """K4 and K9: one damaged partition is a quarter of the topic, not all of it."""
    log = MemoryLog(limit=3)
    log.create(CONTRACT.topic, 2)
    for partition in range(2):
        log.append((CONTRACT.topic, partition), list(map(good, range(20))))
    log.expire(PLACE, 7)
    with pytest.raises(OperatorNeeded):
        land(log, home)
    assert rows(home)["partition"].to_list() == [1] * 20


@pytest.mark.parametrize("kept", [5, 9], ids=["shorter", "as long"])
def test_a_log_that_lost_its_end_and_grew_again_is_not_read_on(home: Settings, kept: int) -> None:
    """K10: restored from yesterday's copy, it holds other records at offsets that have landed."""
    land(filled(map(good, range(9))), home)
    restored = filled([*map(good, range(kept - 1)), *map(good, range(100, 110))])
    with pytest.raises(OperatorNeeded, match="offset 8 has another record") as stopped:
        land(restored, home)
    assert stopped.value.code == "log_truncated"
    assert len(rows(home)) == 9


def test_a_log_that_ends_before_what_has_landed_is_not_waited_for(
    home: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    """K10: waiting until it has grown past our place would land other records under offsets that have landed."""
    monkeypatch.setattr(outset, "LOOKS", 1)
    land(filled(map(good, range(9))), home)
    with pytest.raises(OperatorNeeded, match="ends at 4, but 9") as stopped:
        land(filled(map(good, range(4))), home)
    assert stopped.value.code == "log_truncated"


def test_reading_on_does_not_land_the_compared_record_again(home: Settings) -> None:
    """The last landed record is read once more to be compared; holes behind it are not declared twice."""
    log = filled(map(good, range(9)))
    log.skip(PLACE, 3)
    land(log, home)
    log.append(PLACE, list(map(good, range(12, 15))))
    land(log, home)
    assert rows(home)["offset"].to_list() == [*range(9), *range(12, 15)]
    assert gaps(home) == {(0, offset) for offset in range(9, 12)}


def test_partitions_that_were_added_are_found(home: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    """K15: within a minute, and read from 0."""
    monkeypatch.setattr(reader, "LOOK_S", 0.05)
    log, stop = filled(map(good, range(3))), threading.Event()
    landed: list[int] = []

    def report(segment: Segment) -> None:
        landed.append(segment.partition)
        if segment.partition == 0:
            log._ends[CONTRACT.topic, 1] = log._begins[CONTRACT.topic, 1] = 0  # noqa: SLF001 (a partition is added)
            log._runs[CONTRACT.topic, 1] = []  # noqa: SLF001 (as above)
            log.append((CONTRACT.topic, 1), [good(1)])
        else:
            stop.set()

    land_with(log, home.model_copy(update={"segment_age_s": 0.01}), report=report, stop=stop)
    assert landed == [0, 1]


def test_a_position_that_does_not_move_while_the_log_grows_is_a_fault(
    home: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    """I12: a reader without a right, or behind an open transaction, gets nothing for ever, and no error."""
    monkeypatch.setattr(reader, "LOOK_S", 0.1)

    class Silent(MemoryLog):
        def poll(self, timeout_s: float) -> list[Batch]:
            threading.Event().wait(min(timeout_s, 0.01))
            return []

    log = Silent()
    log.create(CONTRACT.topic)
    log.append(PLACE, [good(1)])
    with pytest.raises(PuyangoError, match="no record came") as stopped:
        land(log, home)
    assert stopped.value.exit_code == 69


def test_a_broker_that_falls_silent_ends_a_run_that_should_end(home: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    """I12: whoever waits for ``--until-caught-up`` is told within a minute, and may start it again."""
    monkeypatch.setattr(reader, "LOOK_S", 0.1)

    class Gone(MemoryLog):
        polls = 0

        def poll(self, timeout_s: float) -> list[Batch]:
            self.polls += 1
            threading.Event().wait(min(timeout_s, 0.01))
            return []

        def chain(self, topic: str) -> Chain:
            if self.polls:
                raise Unreachable("no broker answers")
            return super().chain(topic)

    log = Gone()
    log.create(CONTRACT.topic)
    log.append(PLACE, [good(1)])
    with pytest.raises(Unreachable, match="no broker answers"):
        land(log, home)


def test_partitions_are_shared_out_by_number_and_a_wrong_one_is_refused(home: Settings) -> None:
    """O10: several processes read disjoint partitions; a typo must not leave one to nobody."""
    log = MemoryLog()
    log.create(CONTRACT.topic, 4)
    for partition in range(4):
        log.append((CONTRACT.topic, partition), [good(partition)])
    land(log, home, partitions=[0, 2])
    assert rows(home)["partition"].to_list() == [0, 2]
    with pytest.raises(UsageRefused, match="partition 9"):
        land(log, home, partitions=[0, 9])


def test_a_broken_chain_stops_before_anything_is_added(home: Settings) -> None:
    """I3: what cannot be read cannot be gone on from."""
    log = filled(map(good, range(25)))
    last = land(log, home)[-1].path
    last.chmod(0o640)
    last.write_bytes(b"stump")
    with pytest.raises(ChainBroken):
        land(log, home)


@pytest.mark.parametrize(
    ("code", "most", "raises_at"), [("disk_full", None, None), ("disk_full", 4, 4), ("disk_error", None, 3)]
)
def test_patience_grows_to_a_minute_and_has_an_end(
    code: str, most: int | None, raises_at: int | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    """I12: every wait has an end and a stated outcome; an operator's terminal is not a place to wait for ever."""
    stop, waits = threading.Event(), list[float]()
    monkeypatch.setattr(threading.Event, "wait", lambda _event, timeout: waits.append(timeout))
    error = DiskFailed("no space", code=code)
    patient = patience.Patience(stop, most)
    failed = None
    for tries in range(1, 10):
        try:
            patient.answer(error, tries)
        except DiskFailed:
            failed = tries
            break
    assert failed == raises_at
    assert waits == [1, 2, 4, 8, 16, 32, 60, 60, 60][: (raises_at or 10) - 1]


def test_a_wait_that_outlives_its_limit_is_ended() -> None:
    """P12: a poll that never returns would be silence for ever."""
    bitten: list[str] = []
    with Watchdog(bitten.append) as watchdog, watchdog.limit("poll", 0.3):
        threading.Event().wait(2)
    assert bitten[0] == "poll"


def test_a_wait_that_keeps_its_limit_is_left_alone() -> None:
    """P14: no false alarm, however often it is asked."""
    bitten: list[str] = []
    with Watchdog(bitten.append) as watchdog:
        for _ in range(20):
            with watchdog.limit("poll", 1):
                threading.Event().wait(0.1)
    assert bitten == []


def test_the_watchdog_ends_the_process_with_a_stack_and_the_code_for_a_restart() -> None:
    """A service manager restarts on 70, and whoever looks later sees where it hung."""
    program = (
        "from streams.reading import watchdog; import time\nwith watchdog.Watchdog().limit('poll', 0.1): time.sleep(60)"
    )
    ended = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, timeout=50, check=False)
    assert ended.returncode == 70
    assert 'File "<string>", line 2' in ended.stderr


def test_a_process_that_slept_has_not_waited() -> None:
    """P5: a zombie that wakes up after an hour goes on; it was stopped, not hung. Clocks do not count either."""
    program = (
        "from streams.reading import watchdog; import time\n"
        "with watchdog.Watchdog().limit('poll', 4): print(1, flush=True); time.sleep(2)"
    )
    process = subprocess.Popen([sys.executable, "-c", program], stdout=subprocess.PIPE)
    assert process.stdout
    process.stdout.readline()
    process.send_signal(signal.SIGSTOP)
    threading.Event().wait(6)
    process.send_signal(signal.SIGCONT)
    assert process.wait(timeout=50) == 0
    process.stdout.close()
