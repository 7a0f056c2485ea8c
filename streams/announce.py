"""The days that have landed, announced to Airflow: beside ingest, never in its way.

An event only says when to look. One that is lost costs an hour of the sweep, so nothing here may hold up
or end the ingester: whoever cannot be reached is asked again later, and what becomes too much is let go.
"""

from __future__ import annotations

import threading
import time
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Self

import structlog

from puyango.errors import InputUnfit, PuyangoError
from streams.airflow import Airflow

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from datetime import date
    from types import TracebackType

    from puyango.settings import Settings
    from streams.segments.segment import Segment

log = structlog.get_logger()

MOST_DAYS = 8
"""A segment that touches more days is history, and is left to the sweep."""

MOST_WAITING = 1_000
FIRST_PAUSE_S = 1.0
LONGEST_PAUSE_S = 60.0
ORDERLY_S = 3.0


def bronze_asset(family: str) -> str:
    """Return the name of the asset that stands for the days of ``family`` in bronze."""
    return f"bronze/{family}"


@contextmanager
def announcing(settings: Settings) -> Iterator[Callable[[Segment], None]]:
    """Yield what is to hear of each segment; where the settings name no Airflow, it does nothing with it.

    Raises ``ConfigRefused`` or ``NotPermitted`` where they name one that we could never log in to.
    """
    airflow = Airflow.of(settings)
    if airflow is None:
        yield lambda _: None
        return
    with Announcer(airflow) as announcer:
        yield announcer.hear


@dataclass
class Count:
    """What became of the days: announced, left to the sweep as history, let go since nobody answered."""

    announced: int = 0
    history: int = 0
    dropped: int = 0


@dataclass
class Announcer:
    """Announces on a thread of its own; a day that waits already is not announced twice."""

    airflow: Airflow
    first_pause_s: float = FIRST_PAUSE_S
    count: Count = field(default_factory=Count)
    _waiting: dict[tuple[str, date], int] = field(default_factory=dict)
    _change: threading.Condition = field(default_factory=threading.Condition)
    _ending: bool = False
    _silent: bool = False

    def __enter__(self) -> Self:
        """Begin."""
        self._thread = threading.Thread(target=self._work, name="announcer", daemon=True)
        self._thread.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, _: TracebackType | None) -> None:
        """Say what is still waiting, for as long as that takes no time; then end, and tell what was left."""
        with self._change:
            self._ending = True
            self._change.notify()
        self._thread.join(ORDERLY_S)
        left = self.count.dropped + len(self._waiting)
        level = log.warning if left else log.info
        level("announced", days=self.count.announced, left_to_the_sweep=left + self.count.history)

    def hear(self, segment: Segment) -> None:
        """Take note of the days of ``segment``; returns at once."""
        with self._change:
            if len(segment.days) > MOST_DAYS:
                self.count.history += len(segment.days)
                return
            for day in segment.days:
                place = segment.family, day
                if place in self._waiting or len(self._waiting) < MOST_WAITING:
                    self._waiting[place] = self._waiting.get(place, 0) + segment.good
                else:
                    self.count.dropped += 1
            self._change.notify()

    def _work(self) -> None:
        pause_s = self.first_pause_s
        while (place := self._next()) is not None:
            if self._told(*place):
                pause_s = self.first_pause_s
            elif self._ending:
                return
            else:
                self._rest(pause_s)
                pause_s = min(2 * pause_s, LONGEST_PAUSE_S)

    def _next(self) -> tuple[tuple[str, date], int] | None:
        """Take the day that has waited longest, after waiting for one; None when it is time to end."""
        with self._change:
            self._change.wait_for(lambda: self._waiting or self._ending)
            if not self._waiting:
                return None
            place = next(iter(self._waiting))
            return place, self._waiting.pop(place)

    def _told(self, place: tuple[str, date], rows: int) -> bool:
        """Announce one day; where that fails it waits again, behind the others, unless Airflow takes it for wrong."""
        family, day = place
        try:
            self.airflow.announce(bronze_asset(family), day.isoformat(), {"rows": rows})
        except InputUnfit as error:
            log.warning("announcement refused", family=family, day=str(day), what=error.what)
            self.count.dropped += 1
            return True
        except PuyangoError as error:
            self._keep(place, rows, error)
            return False
        self.count.announced += 1
        if self._silent:
            self._silent = False
            log.info("Airflow answers again", waiting=len(self._waiting))
        return True

    def _keep(self, place: tuple[str, date], rows: int, error: PuyangoError) -> None:
        with self._change:
            self._waiting[place] = self._waiting.get(place, 0) + rows
        if not self._silent:
            self._silent = True
            log.warning("not announced; ingest goes on, the sweep will find it", code=error.code, what=error.what)

    def _rest(self, pause_s: float) -> None:
        until = time.monotonic() + pause_s
        with self._change:
            while not self._ending and (left_s := until - time.monotonic()) > 0:
                self._change.wait(left_s)
