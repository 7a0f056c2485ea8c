"""``puyango ingest``: from Kafka to the landing."""

from __future__ import annotations

import os
import signal
import threading
from typing import TYPE_CHECKING, Annotated

import typer

from puyango.cli import _choice
from puyango.cli._stage import stage
from puyango.errors import Interrupted
from puyango.settings import load

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import FrameType

    from puyango.cli._stage import Stage
    from streams.segments.segment import Segment


def register(app: typer.Typer) -> None:
    """Add the command to ``app``."""
    app.command()(ingest)


def ingest(
    families: Annotated[list[str] | None, typer.Argument(metavar="[FAMILY]...", help="Default: every family.")] = None,
    until_caught_up: Annotated[
        bool, typer.Option("--until-caught-up", help="End when all that is there now has landed.")
    ] = False,
    partitions: Annotated[
        str | None,
        typer.Option("--partitions", metavar="0,1", help="Read these alone; other processes read the others."),
    ] = None,
    accept_refusals: Annotated[
        list[str] | None,
        typer.Option("--accept-refusals", metavar="FAMILY:PARTITION:OFFSET", help="Let this segment land, recorded."),
    ] = None,
) -> None:
    """Land the events of Kafka as segments, each exactly once: good rows and refused ones, with every reason.

    Without `--until-caught-up` it goes on for ever; Ctrl-C or SIGTERM lands what is held and ends. Where the settings
    name an Airflow, the days that landed are announced to it; whether it answers or not changes nothing here.

    Examples: `puyango ingest --until-caught-up`, `puyango ingest trade_report`,
    or two processes side by side: `puyango ingest --partitions 0,1` and `puyango ingest --partitions 2,3`
    """
    settings = load()
    contracts = _choice.families(families)
    accepted = _choice.segments(accept_refusals or (), contracts)
    only = None if partitions is None else _choice.numbers(partitions)
    from streams.announce import announcing  # noqa: PLC0415 -- the engine is loaded only where it is used
    from streams.ingest import ingest as engine  # noqa: PLC0415 -- as above
    from streams.landing import Landing  # noqa: PLC0415
    from streams.privacy.keys import Keyring  # noqa: PLC0415
    from streams.reading.kafka_log import KafkaLog  # noqa: PLC0415

    keyring = Keyring.open(settings)
    stop = _orderly()
    with stage(f"ingest {', '.join(contract.name for contract in contracts)}") as now, announcing(settings) as announce:
        counted = Tally(now, announce)
        log = KafkaLog(settings, contracts)
        try:
            engine(
                contracts,
                log,
                Landing(settings.landing),
                keyring,
                settings,
                until_caught_up=until_caught_up,
                stop=stop,
                report=counted.add,
                partitions=only,
                accepted=accepted,
            )
        finally:
            log.close()
            counted.say()


class Tally:
    """Counts what landed, shows it and passes it on."""

    def __init__(self, now: Stage, announce: Callable[[Segment], None]) -> None:
        """Begin at nothing; ``announce`` hears of every segment."""
        self._now, self._announce = now, announce
        self._rows = self._refused = self._segments = 0

    def add(self, segment: Segment) -> None:
        """Count ``segment``."""
        self._segments += 1
        self._rows += segment.rows
        self._refused += segment.refused
        self._now.moved(self._rows)
        self._announce(segment)

    def say(self) -> None:
        """Say what was counted."""
        self._now.say(f"{self._rows:,} rows in {self._segments} segments, {self._refused:,} of them refused")


def _orderly() -> threading.Event:
    """Return what the first SIGTERM or SIGINT sets; the second ends the process at once."""
    stop = threading.Event()

    def answer(_number: int, _frame: FrameType | None) -> None:
        if stop.is_set():
            os._exit(Interrupted.exit_code)
        stop.set()

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, answer)
    return stop
