"""From landing to bronze: rows and the ledger of the segments they came from, in one transaction."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING

import structlog

from puyango.errors import Busy, ChainBroken
from streams.landing import Landing
from transforms import bronze, catalogue, draft, lake, ledger, ops, waiting

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date

    from puyango.settings import Settings
    from streams.contract import Contract
    from transforms.waiting import Place, Run

TRIES = 3
log = structlog.get_logger()


@dataclass(frozen=True)
class Collected:
    """What one collect brought in; all zero where nothing was pending."""

    family: str
    segments: int = 0
    rows: int = 0
    refused: int = 0
    days: tuple[date, ...] = ()


class Overtaken(Busy):
    """Another process collected the same segments while this one was drafting."""


def pending(settings: Settings, family: str, until: Mapping[Place, int] | None = None) -> Collected:
    """Bring every segment of ``family`` that has landed into bronze, each exactly once; return what was brought.

    ``until`` stops at an offset of each partition. Whoever was overtaken looks again, and mostly finds
    nothing left to do. Raises ``ChainBroken`` before anything moves, ``Busy`` when the lake is held too long.
    """
    contract = bronze.contract(family)
    if not catalogue.path(settings).exists():
        lake.create(settings)
    for _ in range(TRIES):
        with lake.reading(settings) as con:
            positions = waiting.positions(con, family)
        runs = waiting.runs(Landing(settings.landing).segments(family), positions, until)
        if not runs:
            return Collected(family)
        with suppress(Overtaken):
            return bring(settings, contract, runs)
    raise Busy(f"{family}: overtaken by other collectors {TRIES} times", "Run one collector of a family; try again.")


def bring(settings: Settings, contract: Contract, runs: Sequence[Run]) -> Collected:
    """Bring the segments of ``runs`` in together, or nothing of them; raises ``Overtaken`` if a position has moved."""
    segments = [segment for run in runs for segment in run.segments]
    sha256 = {segment.path: waiting.unaltered(segment) for segment in segments}
    good = sum(segment.good for segment in segments)
    files, days, rows = bronze.write(contract, segments, draft.folder(settings, bronze.LAYER, contract.name))
    if rows != good:
        fact = f"{contract.name}: {len(segments)} segments hold {rows} good rows, their footers say {good}"
        raise ChainBroken(fact, waiting.REMEDY)
    with lake.committing(settings, f"collect {contract.name}: {len(segments)} segments, {rows} rows") as con:
        batch = ops.advance(con)
        if not ledger.unmoved(con, contract.name, runs):
            raise Overtaken(f"{contract.name}: other segments were collected meanwhile", "Run puyango collect again.")
        lake.ensure_table(con, bronze.LAYER, contract.name, bronze.duckdb_columns(contract), bronze.DAY)
        lake.register(con, bronze.LAYER, contract.name, files)
        ledger.consume(con, runs, sha256, batch)
        ledger.touch(con, contract.name, days, batch)
    draft.forget(files)
    done = Collected(contract.name, len(segments), rows, sum(segment.refused for segment in segments), tuple(days))
    log.info("collected", family=done.family, segments=done.segments, rows=rows, refused=done.refused, days=len(days))
    return done
