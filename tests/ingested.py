"""What tests of the ingester share: a log in memory, the way to land it, and what is then there."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

import polars as pl

import streams.families
from puyango.members import members
from streams.ingest import ingest
from streams.landing import Landing
from streams.privacy.keys import Keyring
from streams.reading.memory_log import MemoryLog

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from puyango.settings import Settings
    from streams.contract import Contract
    from streams.reading.log import Log
    from streams.segments.segment import Segment

CONTRACTS = [module.CONTRACT for module in members(streams.families)]
CONTRACT = next(contract for contract in CONTRACTS if contract.name == "crossing_count")
PLACE = (CONTRACT.topic, 0)
COORDINATES = ["partition", "offset"]


def land(log: Log, settings: Settings, contracts: Iterable[Contract] = (CONTRACT,), **options: object) -> list[Segment]:
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


def gaps(settings: Settings, contract: Contract = CONTRACT) -> set[tuple[int, int]]:
    """Return every offset that the landing declares empty."""
    return {
        (segment.partition, offset)
        for segment in Landing(settings.landing).segments(contract.name)
        for gap in segment.gaps
        for offset in range(gap.first, gap.next)
    }


def quick(wait: Callable[[threading.Event, float | None], bool]) -> Callable[[threading.Event, float | None], bool]:
    """Return ``wait`` that is over at once where it would take a second or more."""

    def waited(event: threading.Event, timeout: float | None = None) -> bool:
        return wait(event, min(timeout, 0.01) if timeout and timeout >= 1 else timeout)

    return waited
