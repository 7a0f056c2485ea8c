"""The ingester on a log that changes under it: made anew, cut, grown, silent or broken."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

import pytest

from puyango.errors import (
    ChainBroken,
    OperatorNeeded,
    PuyangoError,
    TopicMissing,
    Unreachable,
    UsageRefused,
)
from puyango.log import configure
from streams.ingestion import outset, reader
from streams.landing import Landing
from streams.reading.memory_log import MemoryLog
from tests.ingested import CONTRACT, PLACE, filled, gaps, good, land, land_with, rows

if TYPE_CHECKING:
    from puyango.settings import Settings
    from streams.reading.log import Batch, Chain
    from streams.segments.segment import Segment


@pytest.fixture(autouse=True, scope="module")
def _quiet() -> None:
    """Say warnings alone: these tests land thousands of segments."""
    configure(quiet=True)


@pytest.fixture
def home(settings: Settings) -> Settings:
    """Return settings with small segments."""
    return settings.model_copy(update={"segment_rows": 10})


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
