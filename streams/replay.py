"""Sends the rows of a publisher's files to the topic of their family, each row once whatever happens on the way."""

from __future__ import annotations

import time
from contextlib import suppress
from typing import TYPE_CHECKING

import structlog

from puyango.errors import InputUnfit, Interrupted, PuyangoError, UsageRefused
from streams.reading.kafka_log import KafkaLog
from streams.sources import traces
from streams.sources.account import FileReplayed, Progress, Replayed
from streams.sources.adapter import Adapter
from streams.sources.checkpoint import Checkpoint, Checkpoints, digest
from streams.sources.corrections import corrections
from streams.sources.courier import Courier, Pace, Way
from streams.sources.outlet import RESUME, KafkaOutlet
from streams.sources.source import Source, source
from streams.sources.table import table

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from puyango.settings import Settings

__all__ = ["FileReplayed", "Progress", "Replayed", "replay", "send"]

log = structlog.get_logger()

COVERAGES = ("full", "sample")
STOP_S = 8.0


def replay(
    settings: Settings,
    name: str,
    files: Sequence[Path] = (),
    rate: float | None = None,
    report: Callable[[Progress], None] = lambda _: None,
    *,
    again: bool = False,
    coverage: str = "",
) -> Replayed:
    """Leave every row of ``files`` (default: those that ship) of the source on its family's topic, once.

    All that can be known of the files beforehand is checked before anything is sent. A replay that died, was
    interrupted or met an unfit row goes on where it ended; one that ended well sends nothing unless ``again``.
    """
    found = source(name)
    _refuse(found, files, rate, coverage)
    known = corrections(settings.corrections)
    adapters = [Adapter(found, table(path), known, coverage) for path in files or found.paths]
    rows = [adapter.check() for adapter in adapters]
    topic = found.contract.topic
    if not any(rows):
        return Replayed(name, topic, tuple(FileReplayed(one.table.path.name, 0, 0) for one in adapters))
    reader = KafkaLog(settings, [found.contract])
    try:
        with KafkaOutlet(settings, topic) as outlet:
            checkpoints = Checkpoints(settings.home, reader.chain(topic).folder)
            way = Way(
                found.contract, reader, outlet, checkpoints, len(reader.partitions(topic)), 3 * settings.request_s
            )
            done = [send(way, *one, Pace(rate), report, again=again) for one in zip(adapters, rows, strict=True)]
    finally:
        reader.close()
    return Replayed(name, topic, tuple(done))


def send(
    way: Way,
    adapter: Adapter,
    rows: int,
    pace: Pace,
    report: Callable[[Progress], None] = lambda _: None,
    *,
    again: bool = False,
) -> FileReplayed:
    """Leave every row of one file on the topic, once."""
    path = adapter.table.path
    sha256 = digest(path)
    with way.checkpoints.alone(sha256, path.name):
        kept, arrived = _begin(way, adapter, sha256, again=again)
        if kept.state == "done":
            return FileReplayed(path.name, kept.rows, 0)
        courier = Courier(way, kept, arrived)
        try:
            for part in adapter.events(kept.rows):
                for piece in pace.steps(part):
                    courier.carry(piece)
                    report(Progress(path.name, piece.last, rows))
            courier.settle()
        except InputUnfit as unfit:
            courier.settle()
            way.checkpoints.keep(courier.kept.ended("unfit", adapter.table.prefix(courier.kept.rows)))
            raise InputUnfit(unfit.what, f"{unfit.remedy} The {courier.kept.rows:,} rows before are sent.") from None
        except KeyboardInterrupt:
            with suppress(PuyangoError, KeyboardInterrupt):
                courier.settle(STOP_S)
            remedy = RESUME.replace("command", "command without --again") if again else RESUME
            raise Interrupted(f"{path.name}: stopped after row {courier.kept.rows:,} of {rows:,}", remedy) from None
        way.checkpoints.keep(courier.kept.ended("done"))
        log.info("file replayed", file=path.name, rows=courier.kept.rows, sent=courier.sent)
        return FileReplayed(path.name, courier.kept.rows, courier.sent)


def _begin(way: Way, adapter: Adapter, sha256: str, *, again: bool) -> tuple[Checkpoint, frozenset[int]]:
    """Return the checkpoint to go on from, and the rows after it that are on the topic already."""
    topic, name = way.contract.topic, adapter.source.name
    kept = None if again else way.checkpoints.find(sha256)
    if kept is None:
        repaired = [] if again else way.checkpoints.unfit(name)
        begun = (one.rows for one in repaired if one.prefix == adapter.table.prefix(one.rows))
        first = Checkpoint(name, adapter.table.path.name, sha256, next(begun, 0), way.log.end_offsets(topic))
        return way.checkpoints.keep(first), frozenset()
    if kept.state == "done":
        return kept, frozenset()
    time.sleep(way.last_words_s)
    arrived = traces.rows(way.log, topic, kept.offsets, kept.mark, round(way.limit_s))
    log.info("replay goes on", file=kept.file, after_row=kept.rows, already_sent=len(arrived))
    return kept, arrived


def _refuse(found: Source, files: Sequence[Path], rate: float | None, coverage: str) -> None:
    """Refuse what the command line cannot mean; raises ``UsageRefused``."""
    if rate is not None and not 0 < rate < float("inf"):
        raise UsageRefused(f"rate {rate:g} is out of range", "Give a number of records a second above 0.")
    if not coverage:
        return
    if not found.coverage:
        raise UsageRefused(f"source {found.name} has no coverage", "Leave --coverage away.")
    if coverage not in COVERAGES:
        raise UsageRefused(f"coverage {coverage} is unknown", f"It is one of: {', '.join(COVERAGES)}.")
    if coverage == "full" and not files:
        raise UsageRefused("the files that ship are samples", "Name the files that hold every crossing.")
