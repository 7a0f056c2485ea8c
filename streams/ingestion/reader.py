"""The first thread of the ingester: it polls, hands on, and learns what has landed."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import structlog

from puyango.errors import TopicMissing, Unreachable
from streams.ingestion.news import Landed, Outrun, Stopped
from streams.ingestion.outset import outset
from streams.ingestion.worker import TICK_S
from streams.reading import stops
from streams.reading.log import PartitionStopped

if TYPE_CHECKING:
    import threading
    from collections.abc import Callable, Collection, Iterable, Mapping, Sequence

    from puyango.errors import PuyangoError
    from puyango.settings import Settings
    from streams.ingestion.family import Family
    from streams.ingestion.news import News
    from streams.ingestion.seam import Seam
    from streams.ingestion.worker import Worker
    from streams.landing import Landing
    from streams.reading.log import Batch, Log, Place
    from streams.segments.segment import Segment

log = structlog.get_logger()

LOOK_S = 60.0
POLLS = 5


class Reader:
    """Knows of each place how far it was read and how far it has landed."""

    def __init__(
        self,
        families: Mapping[str, Family],
        source: Log,
        landing: Landing,
        settings: Settings,
        partitions: Collection[int] | None,
        *,
        until_caught_up: bool,
        report: Callable[[Segment], None],
    ) -> None:
        """Find out where to begin."""
        self._families, self._source, self._landing = families, source, landing
        self._only, self._report, self._poll_s = partitions, report, settings.poll_s
        self._until_caught_up = until_caught_up
        self._read: dict[Place, int] = {}
        self._landed: dict[Place, int] = {}
        self._ends: dict[Place, int] = {}
        self._seams: dict[Place, Seam] = {}
        self._turns: dict[Place, int] = {}
        self.stops: list[PuyangoError] = []
        self._gone: set[str] = set()
        self._begin()
        self._seen, self._polls, self._looked = dict(self._read), 0, time.monotonic()

    def read(self, worker: Worker, stop: threading.Event) -> None:
        """Read until all is done, or ``stop`` is set."""
        asked = False
        while self._read and not stop.is_set() and not self._done():
            if not self._until_caught_up or self._behind():
                asked = False
                self._poll(worker)
                self.hear(worker.news())
            else:
                if not asked:
                    worker.land_all()
                asked = True
                self.hear(worker.news(TICK_S))
            if time.monotonic() - self._looked >= LOOK_S:
                self._look()

    def hear(self, news: Iterable[News]) -> None:
        """Learn what became of what was read; the log is told only of what is durable."""
        for piece in news:
            match piece:
                case Landed(place, segment, leader_epoch):
                    self._landed[place] = segment.next
                    self._source.commit(*place, segment.next, leader_epoch)
                    self._report(segment)
                case Outrun(place, next_offset, turn):
                    self._turns[place], self._landed[place] = turn, next_offset
                    if place in self._read:
                        self._read[place] = next_offset
                        self._source.seek(*place, next_offset)
                case Stopped(topic, error):
                    self._give_up([place for place in self._read if place[0] == topic], error)

    def _begin(self) -> None:
        """Read those places too that are not read yet."""
        there = {topic: family for topic, family in self._families.items() if topic not in self._gone}
        begun = outset(there, self._source, self._landing, self._only, self._landed)
        if begun.landed:
            self._seams |= begun.seams
            self._landed |= begun.landed
            self._ends |= begun.ends
            self._source.assign({**self._read, **self._uncompared(), **begun.start})
            self._read |= begun.landed
        for stopped in begun.stopped:
            self._give_up([stopped.place], stopped.error)

    def _behind(self) -> bool:
        return any(at < self._ends[place] for place, at in self._read.items())

    def _done(self) -> bool:
        return self._until_caught_up and all(self._landed[place] >= self._ends[place] for place in self._read)

    def _poll(self, worker: Worker) -> None:
        self._polls += 1
        try:
            batches = self._source.poll(self._poll_s)
        except PartitionStopped as stopped:
            self._give_up([stopped.place], stopped.error)
            return
        for batch in batches:
            if ahead := self._ahead(batch):
                self._read[ahead.place] = ahead.next
                worker.take(ahead, self._turns.get(ahead.place, 0))

    def _ahead(self, batch: Batch) -> Batch | None:
        """Return what of ``batch`` has not landed; a log that no longer holds what has landed is given up."""
        seam = self._seams.get(batch.place)
        if seam is None:
            return batch
        if batch.next >= seam.next:
            del self._seams[batch.place]
        try:
            return seam.beyond(batch)
        except PartitionStopped as stopped:
            self._give_up([stopped.place], stopped.error)
            return None

    def _give_up(self, places: Collection[Place], error: PuyangoError) -> None:
        for place in places:
            self._read.pop(place, None)
            self._seams.pop(place, None)
        self._source.assign({**self._read, **self._uncompared()})
        self.stops.append(error)
        log.error("stopped", places=" ".join(map(stops.shown, places)), code=error.code, what=error.what)

    def _uncompared(self) -> dict[Place, int]:
        """Return where the places are read from whose last landed record has not been compared with the log's yet."""
        return {place: seam.offset for place, seam in self._seams.items() if place in self._read}

    def _look(self) -> None:
        """Look whether the topics are still the same, have grown partitions, and whether reading moves."""
        faults: list[Unreachable] = []
        try:
            for topic, family in self._families.items():
                places = [place for place in self._read if place[0] == topic]
                if places and self._same(places, family):
                    faults += self._stuck(places)
            self._begin()
        except Unreachable as error:
            faults.append(error)
        self._seen, self._polls, self._looked = dict(self._read), 0, time.monotonic()
        for fault in faults:
            if self._until_caught_up:
                raise fault
            log.warning(fault.code, what=fault.what)

    def _same(self, places: Sequence[Place], family: Family) -> bool:
        """Say whether the topic is still the log that is read; otherwise it is given up."""
        try:
            chain = self._source.chain(family.contract.topic)
        except TopicMissing as error:
            self._gone.add(family.contract.topic)
            self._give_up(places, error)
            return False
        if chain != family.chain:
            self._give_up(places, stops.another(family.contract.name, family.chain.folder, chain))
        return chain == family.chain

    def _stuck(self, places: Sequence[Place]) -> list[Unreachable]:
        """Return the places that stood still since the last look although the log goes on."""
        ends = self._source.end_offsets(places[0][0])
        return [
            stops.stuck(place, self._read[place], ends[place[1]], LOOK_S)
            for place in places
            if ends[place[1]] > self._read[place] == self._seen.get(place) and self._polls >= POLLS
        ]
