"""Delivers files to a topic, each row once, and goes on where an earlier delivery ended."""

from __future__ import annotations

import time
from contextlib import suppress
from typing import TYPE_CHECKING

import structlog

from puyango.errors import InputUnfit, Interrupted, PuyangoError, UsageRefused
from streams.reading.kafka_log import KafkaLog
from streams.sources import traces
from streams.sources.account import FileReplayed, Progress, Replayed
from streams.sources.checkpoint import Checkpoint, Checkpoints, digest
from streams.sources.courier import Courier, Pace, Way
from streams.sources.outlet import RESUME, KafkaOutlet

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from puyango.settings import Settings
    from streams.contract import Contract
    from streams.sources.supply import Supply

log = structlog.get_logger()

STOP_S = 8.0


def deliver(
    settings: Settings,
    contract: Contract,
    supplies: Sequence[Supply],
    pace: Pace,
    report: Callable[[Progress], None],
    *,
    again: bool,
) -> Replayed:
    """Leave every row of ``supplies`` on the topic of ``contract``; nothing is sent unless all of them fit so far."""
    rows = [supply.check() for supply in supplies]
    topic, name = contract.topic, supplies[0].name
    if not any(rows):
        return Replayed(name, topic, tuple(FileReplayed(supply.path.name, 0, 0) for supply in supplies))
    reader = KafkaLog(settings, [contract])
    try:
        with KafkaOutlet(settings, topic) as outlet:
            checkpoints = Checkpoints(settings.home, reader.chain(topic).folder)
            way = Way(contract, reader, outlet, checkpoints, len(reader.partitions(topic)), 3 * settings.request_s)
            done = [send(way, *one, pace, report, again=again) for one in zip(supplies, rows, strict=True)]
    finally:
        reader.close()
    return Replayed(name, topic, tuple(done))


def send(
    way: Way,
    supply: Supply,
    rows: int,
    pace: Pace,
    report: Callable[[Progress], None] = lambda _: None,
    *,
    again: bool = False,
) -> FileReplayed:
    """Leave every row of one file on the topic, once."""
    name = supply.path.name
    sha256 = digest(supply.path)
    with way.checkpoints.alone(sha256, name):
        kept, arrived = _begin(way, supply, sha256, again=again)
        if kept.state == "done":
            return FileReplayed(name, kept.rows, 0)
        courier = Courier(way, kept, arrived)
        try:
            for part in supply.events(kept.rows):
                for piece in pace.steps(part):
                    courier.carry(piece)
                    report(Progress(name, piece.last, rows))
            courier.settle()
        except InputUnfit as unfit:
            courier.settle()
            way.checkpoints.keep(courier.kept.ended("unfit", _mark(supply, courier.kept.rows)))
            raise InputUnfit(unfit.what, f"{unfit.remedy} The {courier.kept.rows:,} rows before are sent.") from None
        except KeyboardInterrupt:
            with suppress(PuyangoError, KeyboardInterrupt):
                courier.settle(STOP_S)
            remedy = RESUME.replace("command", "command without --again") if again else RESUME
            raise Interrupted(f"{name}: stopped after row {courier.kept.rows:,} of {rows:,}", remedy) from None
        way.checkpoints.keep(courier.kept.ended("done", _mark(supply, courier.kept.rows)))
        log.info("file replayed", file=name, rows=courier.kept.rows, sent=courier.sent)
        return FileReplayed(name, courier.kept.rows, courier.sent)


def _begin(way: Way, supply: Supply, sha256: str, *, again: bool) -> tuple[Checkpoint, frozenset[int]]:
    """Return the checkpoint to go on from, and the rows after it that are on the topic already.

    A file that is new but begins with the very rows of one that ended, well or at an unfit row, is that file,
    grown or repaired: its rows up to there are on the topic. Raises ``UsageRefused`` for another coverage.
    """
    topic = way.contract.topic
    kept = None if again else way.checkpoints.find(sha256)
    if kept is None:
        earlier = None if again else _earlier(way, supply)
        rows = earlier.rows if earlier else 0
        _refuse_coverage(earlier, supply)
        first = Checkpoint(supply.name, supply.path.name, sha256, rows, way.log.end_offsets(topic), supply.coverage)
        if earlier:
            log.info("file begins with rows already sent", file=first.file, rows=rows, earlier=earlier.file)
        return way.checkpoints.keep(first), frozenset()
    _refuse_coverage(kept, supply)
    if kept.state == "done":
        return kept, frozenset()
    time.sleep(way.last_words_s)
    arrived = traces.rows(way.log, topic, kept.offsets, kept.mark, round(way.limit_s))
    log.info("replay goes on", file=kept.file, after_row=kept.rows, already_sent=len(arrived))
    return kept, arrived


def _earlier(way: Way, supply: Supply) -> Checkpoint | None:
    """Return the farthest delivery that ended with rows with which this file begins."""
    ended = way.checkpoints.ended(supply.name)
    marks = supply.marks({one.rows for one in ended}) if ended else {}
    return next((one for one in ended if one.prefix == marks.get(one.rows)), None)


def _mark(supply: Supply, rows: int) -> str:
    return supply.marks([rows]).get(rows, "") if rows else ""


def _refuse_coverage(kept: Checkpoint | None, supply: Supply) -> None:
    if kept and kept.coverage and kept.coverage != supply.coverage:
        what = f"rows of {supply.path.name} were sent as coverage {kept.coverage}, not {supply.coverage or 'none'}"
        raise UsageRefused(what, f"Give --coverage {kept.coverage}, or --again to send every row anew as it now is.")
