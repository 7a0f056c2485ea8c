"""Processes that outlived the program which started them: they may finish what they were doing, then they go."""

from __future__ import annotations

import os
import signal
import time
from contextlib import suppress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import psutil

if TYPE_CHECKING:
    from collections.abc import Iterable


@dataclass
class Orphans:
    """Those of our session; each has ``limit_s`` from when it is first found."""

    limit_s: float
    seen: dict[int, float] = field(default_factory=dict)
    looked: float = 0.0

    def look(self, parents: Iterable[int]) -> None:
        """End those that long had none of ``parents`` for an ancestor; they are looked for now and then."""
        now = time.monotonic()
        if now - self.looked < self.limit_s / 4:
            return
        self.looked = now
        found = _session() - {os.getpid()} - {pid for parent in parents for pid in _family(parent)}
        self.seen = {pid: self.seen.get(pid, now) for pid in found}
        for pid in [pid for pid, since in self.seen.items() if now - since > self.limit_s]:
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)


def _session() -> set[int]:
    found = set()
    for pid in psutil.pids():
        with suppress(OSError):
            if os.getsid(pid) == os.getpid():
                found.add(pid)
    return found


def _family(pid: int) -> set[int]:
    with suppress(psutil.NoSuchProcess):
        return {pid, *(child.pid for child in psutil.Process(pid).children(recursive=True))}
    return {pid}
