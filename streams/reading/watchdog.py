"""A wait that outlives its limit ends the process: silence is a fault, and a service manager restarts us."""

from __future__ import annotations

import faulthandler
import os
import threading
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING, Self

import structlog

from puyango.errors import WatchdogFired

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

log = structlog.get_logger()

TICK_S = 0.5


def end(what: str) -> None:
    """End the process at once with a stack of every thread on standard error."""
    log.error("a wait outlived its limit", wait=what)
    faulthandler.dump_traceback(all_threads=True)
    os._exit(WatchdogFired.exit_code)


class Watchdog(threading.Thread):
    """Watches the waits of this process.

    It counts its own ticks instead of reading a clock: a process that was stopped and woken, or a host
    whose clock jumped, has not waited longer for it.
    """

    def __init__(self, bite: Callable[[str], None] = end) -> None:
        """Watch from now on; ``bite`` is called with the name of a wait that took too long."""
        super().__init__(name="watchdog", daemon=True)
        self._bite = bite
        self._left: dict[object, tuple[str, float]] = {}
        self._lock = threading.Lock()
        self._over = threading.Event()
        self.start()

    @contextmanager
    def limit(self, what: str, seconds: float) -> Iterator[None]:
        """Let what is done inside take ``seconds``."""
        wait = object()
        with self._lock:
            self._left[wait] = (what, seconds)
        try:
            yield
        finally:
            with self._lock:
                del self._left[wait]

    def run(self) -> None:
        """Count down."""
        at = time.monotonic()
        while not self._over.wait(TICK_S):
            passed, at = min(time.monotonic() - at, 2 * TICK_S), time.monotonic()
            with self._lock:
                self._left = {wait: (what, left - passed) for wait, (what, left) in self._left.items()}
                late = [what for what, left in self._left.values() if left <= 0]
            for what in late:
                self._bite(what)

    def rest(self) -> None:
        """Watch no more."""
        self._over.set()

    def __enter__(self) -> Self:
        """Watch."""
        return self

    def __exit__(self, *_: object) -> None:
        """Watch no more."""
        self.rest()
