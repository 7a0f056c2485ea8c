"""How long one question to the engine may take: what runs longer is interrupted, and not asked again."""

from __future__ import annotations

import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING

from puyango.errors import WatchdogFired

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

AGAIN_S = 0.2


class Limit:
    """Lets each question run for ``limit_s``; then it calls ``interrupt``, again and again until the question ends."""

    def __init__(self, limit_s: float, interrupt: Callable[[], None]) -> None:
        """Start no clock yet."""
        self._limit_s = limit_s
        self._interrupt = interrupt
        self._overdue: set[str] = set()

    @contextmanager
    def __call__(self, asked: str) -> Iterator[None]:
        """Bound what the body does; raises ``WatchdogFired`` at once for a question that was interrupted before.

        The engine of judgement tries what fails three times: without that memory one rule would wait for three limits.
        """
        if asked in self._overdue:
            raise WatchdogFired(f"a rule ran longer than {self._limit_s:g} s", "Raise PUYANGO_RULE_S or mend it.")
        ended = threading.Event()
        timer = threading.Thread(target=self._watch, args=(asked, ended), daemon=True)
        timer.start()
        try:
            yield
        finally:
            ended.set()
            timer.join()

    def _watch(self, asked: str, ended: threading.Event) -> None:
        wait_s = self._limit_s
        while not ended.wait(wait_s):
            self._overdue.add(asked)
            wait_s = AGAIN_S
            self._interrupt()
