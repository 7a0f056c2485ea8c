"""The second thread of the ingester: it judges and lands while the first one reads."""

from __future__ import annotations

import queue
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from typing import TYPE_CHECKING, Self

import structlog

from puyango.errors import PuyangoError

if TYPE_CHECKING:
    import threading
    from collections.abc import Callable, Iterator
    from types import TracebackType

    from streams.ingestion.lander import Lander
    from streams.ingestion.news import News
    from streams.reading.log import Batch

log = structlog.get_logger()

DEPTH = 3
TICK_S = 0.1
ORDERLY_S = 8.0


class Worker:
    """Runs a lander on a thread of its own; what ends that thread is raised in the one that asks for news."""

    def __init__(self, lander: Callable[[Callable[[News], None]], Lander], stop: threading.Event) -> None:
        """Take the maker of a lander, which is given the way to tell news."""
        self._orders: queue.Queue[Callable[[], None] | None] = queue.Queue(DEPTH)
        self._news: queue.SimpleQueue[News] = queue.SimpleQueue()
        self._lander = lander(self._news.put)
        self._stop = stop
        self._pool = ThreadPoolExecutor(1, "lander")

    def __enter__(self) -> Self:
        """Begin."""
        self._work = self._pool.submit(self._obey)
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, _: TracebackType | None) -> None:
        """Land what is held and end; after an error that is not ours drop it, for nothing here is to be trusted."""
        self._pool.shutdown(wait=False)
        if not self._work.done():
            self._order(self._lander.land_all if kind is None or isinstance(error, PuyangoError) else _nothing)
            self._order(None)
        try:
            self._work.result(ORDERLY_S if self._stop.is_set() else None)
        except TimeoutError:
            log.warning("stopped before all was landed; it will be read again")

    def take(self, batch: Batch, turn: int) -> None:
        """Have ``batch`` judged and landed; waits while there is enough to do."""
        self._order(lambda: self._lander.take(batch, turn))

    def land_all(self) -> None:
        """Have all landed that is held."""
        self._order(self._lander.land_all)

    def news(self, wait_s: float = 0.0) -> Iterator[News]:
        """Yield what happened since the last call, after waiting up to ``wait_s`` for a first piece."""
        with suppress(queue.Empty):
            yield self._news.get(block=wait_s > 0, timeout=wait_s or None)
            while True:
                yield self._news.get_nowait()
        self._living()

    def _order(self, order: Callable[[], None] | None) -> None:
        while True:
            with suppress(queue.Full):
                self._orders.put(order, timeout=TICK_S)
                return
            self._living()

    def _living(self) -> None:
        """Raise what ended the thread."""
        if self._work.done():
            self._work.result()

    def _obey(self) -> None:
        while True:
            with suppress(queue.Empty):
                order = self._orders.get(timeout=TICK_S)
                if order is None:
                    return
                order()
            self._lander.land_due()


def _nothing() -> None:
    """Do nothing."""
