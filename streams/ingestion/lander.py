"""Judges batches, gathers their rows and lands them as segments; the only caller of ``publish``."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import structlog

from puyango.errors import ChainBroken, DiskFailed, TopicMissing, Unreachable
from streams.ingestion import budget
from streams.ingestion.clock import Clocks
from streams.ingestion.hold import Hold, cuts
from streams.ingestion.news import Landed, Outrun, Stopped
from streams.reading import stops

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping

    import polars as pl

    from puyango.errors import PuyangoError
    from puyango.settings import Settings
    from streams.ingestion.family import Family
    from streams.ingestion.news import News
    from streams.ingestion.patience import Patience
    from streams.landing import Landing
    from streams.reading.log import Batch, Log, Place
    from streams.reading.watchdog import Watchdog
    from streams.segments.segment import Segment

log = structlog.get_logger()

TRUST_S = 60.0
LAND_S = 60.0
RACES = 20


class Lander:
    """Everything it knows is void when it dies: the landing alone remembers."""

    def __init__(
        self,
        families: Mapping[str, Family],
        source: Log,
        landing: Landing,
        settings: Settings,
        *,
        accepted: Collection[tuple[str, int, int]],
        patience: Patience,
        watchdog: Watchdog,
        tell: Callable[[News], None],
    ) -> None:
        """Land ``families`` (by topic); ``accepted`` names segments that may be mostly refused."""
        self._families, self._source, self._landing, self._settings = families, source, landing, settings
        self._accepted, self._patience, self._watchdog, self._tell = accepted, patience, watchdog, tell
        self._holds: dict[Place, Hold] = {}
        self._turns: dict[Place, int] = {}
        self._races: dict[Place, int] = {}
        self._clocks = Clocks(landing)
        self._stopped: set[str] = set()
        self._sure = dict.fromkeys(families, time.monotonic())

    def take(self, batch: Batch, turn: int) -> None:
        """Judge ``batch`` and land what is full; batches read before the place was outrun are void."""
        size = self._settings.segment_rows
        held = self._holds.get(batch.place)
        for part in cuts(batch, size - (held.rows if held else 0), size):
            if batch.topic in self._stopped or turn != self._turns.get(batch.place, 0):
                return
            hold = self._holds.setdefault(batch.place, Hold(part.first, part.first))
            hold.add(part, self._clocks.judged(self._families[batch.topic], part))
            if hold.rows >= size:
                self.land(batch.place)

    def land_due(self) -> None:
        """Land what has waited long enough."""
        now = time.monotonic()
        for place in [place for place, hold in self._holds.items() if now - hold.since >= self._settings.segment_age_s]:
            self.land(place)

    def land_all(self) -> None:
        """Land all that is held."""
        for place in list(self._holds):
            self.land(place)

    def land(self, place: Place) -> None:
        """Land the rows of ``place``, unless the family stops, the race is lost, or there is no time to wait."""
        hold = self._holds.pop(place, None)
        family = self._families[place[0]]
        if hold is None or not self._same_log(family):
            return
        rows = hold.frame()
        accepted = (family.contract.name, place[1], hold.first) in self._accepted
        broken = budget.overspent(family.contract, place[1], hold.first, rows, self._settings)
        if broken and not accepted:
            self._stop(place[0], broken)
            return
        began = time.monotonic()
        segment = self._published(place, hold, rows, accepted=bool(broken))
        if segment is not None:
            self._races.pop(place, None)
            tell_log(segment, time.monotonic() - began)
            self._tell(Landed(place, segment, hold.leader_epoch))

    def _published(self, place: Place, hold: Hold, rows: pl.DataFrame, *, accepted: bool) -> Segment | None:
        family = self._families[place[0]]
        run = (place[1], hold.first, hold.next, rows, hold.gaps())
        for tries in self._patience.tries():
            try:
                with self._watchdog.limit("landing a segment", LAND_S):
                    return self._landing.publish(family.contract, family.chain, *run, accepted=accepted)
            except FileExistsError:
                self._outrun(place)
                return None
            except ChainBroken as error:
                self._stop(place[0], error)
                return None
            except DiskFailed as error:
                self._patience.answer(error, tries)
        self._turns[place] = self._turns.get(place, 0) + 1  # what was read after these rows is void with them
        self._clocks.forget(place)
        log.warning("rows let go at the stop, to be read again", place=stops.shown(place), rows=rows.height)
        return None

    def _outrun(self, place: Place) -> None:
        """Let the rows go, read the chain's new end and have it read on from there."""
        family = self._families[place[0]].contract.name
        chain = self._families[place[0]].chain.folder
        last = self._landing.partition(family, chain, place[1]).last()
        self._turns[place] = self._turns.get(place, 0) + 1
        self._clocks.forget(place)
        self._races[place] = self._races.get(place, 0) + 1
        if last and self._races[place] % RACES == 0:
            log.warning("another writer is always faster", place=stops.shown(place), writer=last.writer)
        self._tell(Outrun(place, last.next if last else 0, self._turns[place]))

    def _same_log(self, family: Family) -> bool:
        """Say whether the topic is still the log that was read; after a minute without answer nobody knows."""
        topic = family.contract.topic
        try:
            now = self._source.chain(topic)
        except TopicMissing as error:
            self._stop(topic, error)
            return False
        except Unreachable:
            if time.monotonic() - self._sure[topic] > TRUST_S:
                raise
            return True
        self._sure[topic] = time.monotonic()
        if now != family.chain:
            self._stop(topic, stops.another(family.contract.name, family.chain.folder, now))
        return now == family.chain

    def _stop(self, topic: str, error: PuyangoError) -> None:
        self._stopped.add(topic)
        self._holds = {place: hold for place, hold in self._holds.items() if place[0] != topic}
        self._tell(Stopped(topic, error))


def tell_log(segment: Segment, seconds: float) -> None:
    """Write the one log line of a segment."""
    log.info(
        "segment landed",
        family=segment.family,
        partition=segment.partition,
        first=segment.first,
        next=segment.next,
        rows=segment.rows,
        refused=segment.refused,
        gaps=segment.gap_offsets,
        seconds=round(seconds, 3),
        bytes=segment.bytes,
    )
