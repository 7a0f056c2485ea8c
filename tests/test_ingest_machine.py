"""The ingester on a machine that fails: a full disk, one that answers with errors, too little memory, a dead thread."""

from __future__ import annotations

import errno
import threading
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from puyango import durable
from puyango.errors import (
    DiskFailed,
)
from puyango.log import configure
from streams.judging.judge import Judge
from streams.landing import Landing
from tests.ingested import CONTRACT, filled, good, land, land_with, quick, rows

if TYPE_CHECKING:
    from datetime import datetime

    import polars as pl

    from puyango.settings import Settings
    from streams.reading.log import Batch, Chain


@pytest.fixture(autouse=True, scope="module")
def _quiet() -> None:
    """Say warnings alone: these tests land thousands of segments."""
    configure(quiet=True)


@pytest.fixture
def home(settings: Settings) -> Settings:
    """Return settings with small segments."""
    return settings.model_copy(update={"segment_rows": 10})


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

    def tight(judge: Judge, chain: Chain, batch: Batch, latest: datetime | None = None) -> pl.DataFrame:
        if len(batch.records) > 1:
            raise MemoryError
        return frame(judge, chain, batch, latest)

    monkeypatch.setattr(Judge, "frame", tight)
    land(filled(map(good, range(9))), home)
    assert rows(home)["offset"].to_list() == list(range(9))
