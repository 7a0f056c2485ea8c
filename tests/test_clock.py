"""Append times that go back: marked, and the same rows are marked however the log is cut and whoever dies."""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING

import polars as pl
from hypothesis import given
from hypothesis import settings as bounded
from hypothesis import strategies as st

from puyango.settings import Settings
from streams.landing import Landing
from streams.reading.memory_log import APPENDED_MS, MemoryLog
from streams.segments import segment as module
from tests.ingested import CONTRACT, PLACE, good, land, rows

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    import pytest


def appended(times: Sequence[int], limit: int = 1_000) -> MemoryLog:
    """Return a log with a record at each of these seconds, as the broker's clock showed them."""
    log = MemoryLog(limit=limit)
    log.create(CONTRACT.topic)
    for number, second in enumerate(times):
        log.append(PLACE, [good(number)], timestamp=APPENDED_MS + 1_000 * second)
    return log


def marked(settings: Settings) -> list[bool]:
    """Return for each landed row whether it is suspect."""
    return ["clock_suspect" in (marks or "") for marks in rows(settings)["marks"]]


@bounded(deadline=None, max_examples=25)
@given(data=st.data())
def test_a_row_is_suspect_where_any_before_it_was_appended_later(
    data: st.DataObject, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """Knowledge time orders versions of a thing; a clock that went back says that this order is not sure."""
    times = data.draw(st.lists(st.integers(0, 5), min_size=1, max_size=16))
    home = tmp_path_factory.mktemp("clock")
    settings = Settings(home=home / "home", keys=home / "keys", segment_rows=data.draw(st.integers(1, 7)))
    log = appended([], limit=data.draw(st.integers(1, 7)))
    begin = 0
    for end in sorted({*data.draw(st.lists(st.integers(0, len(times)), max_size=3)), len(times)}):
        for number, second in enumerate(times[begin:end], begin):
            log.append(PLACE, [good(number)], timestamp=APPENDED_MS + 1_000 * second)
        begin = end
        land(log, settings)
    latest = [0, *itertools.accumulate(times, max)]
    assert marked(settings) == [second < before for second, before in zip(times, latest, strict=False)]


def silence(path: Path) -> None:
    """Leave the segment at ``path`` as a version landed it that did not write the latest append time down."""
    said = {name: value for name, value in pl.read_parquet_metadata(path).items() if name != "latest"}
    held = pl.read_parquet(path)
    path.chmod(0o640)
    held.write_parquet(path, metadata=said)


def test_a_chain_whose_footers_do_not_say_it_yet_is_asked_by_its_rows(settings: Settings) -> None:
    """What an earlier version landed stays readable, and counts."""
    small = settings.model_copy(update={"segment_rows": 2})
    log = appended([9, 1])
    land(log, small)
    [segment] = Landing(small.landing).segments(CONTRACT.name)
    silence(segment.path)
    assert module.Segment.read(segment.path).latest is None
    log.append(PLACE, [good(2)], timestamp=APPENDED_MS + 5_000)
    land(log, small)
    assert marked(small) == [False, True, True]
    latest = Landing(small.landing).segments(CONTRACT.name)[-1].latest
    assert latest is not None
    assert round(latest.timestamp() * 1000) == APPENDED_MS + 9_000
