"""Hop 1: from the log to the landing, each offset exactly once.

The landing is the authority on where to read next; what the log remembers of us is a lag signal. A
segment is created under the name of its first offset or not at all, so of two writers that read the
same records one wins, the other reads the landing again and goes on from there.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from streams.ingestion import outset
from streams.ingestion.lander import Lander
from streams.ingestion.patience import Patience
from streams.ingestion.reader import Reader
from streams.ingestion.worker import Worker
from streams.reading import stops
from streams.reading.watchdog import Watchdog

if TYPE_CHECKING:
    import threading
    from collections.abc import Callable, Collection, Iterable

    from puyango.errors import PuyangoError
    from puyango.settings import Settings
    from streams.contract import Contract
    from streams.landing import Landing
    from streams.privacy.keys import Keyring
    from streams.reading.log import Log
    from streams.segments.segment import Segment

FULL_TRIES = 8
"""Two minutes and seven seconds: a command that is to end does not wait for space for ever."""


def ingest(
    contracts: Iterable[Contract],
    log: Log,
    landing: Landing,
    keyring: Keyring,
    settings: Settings,
    *,
    until_caught_up: bool,
    stop: threading.Event,
    report: Callable[[Segment], None],
    partitions: Collection[int] | None = None,
    accepted: Collection[tuple[str, int, int]] = (),
) -> None:
    """Land the families of ``contracts`` until ``stop`` is set, or until all that was there at the start has landed.

    ``report`` hears of each segment once it is durable. ``accepted`` names segments (family, partition,
    first offset) that may land although most of their rows are refused. What stops one partition or
    family leaves the others going; it is raised at the end.
    """
    known, stopped = outset.families(contracts, log, landing, keyring, settings)
    passed = outset.accepted(accepted, known, log)
    reader = Reader(known, log, landing, settings, partitions, until_caught_up=until_caught_up, report=report)
    patience = Patience(stop, FULL_TRIES if until_caught_up else None)
    with Watchdog() as watchdog:
        lander = partial(Lander, known, log, landing, settings, accepted=passed, patience=patience, watchdog=watchdog)
        with Worker(lambda tell: lander(tell=tell), stop) as worker:
            reader.read(worker, stop)
        reader.hear(worker.news())
    found: list[PuyangoError] = [*stopped, *reader.stops]
    if found:
        raise stops.together(found)
