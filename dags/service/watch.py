"""Keeps programs running until it is told to end: ``python -m dags.service.watch FOLDER NAME TOKEN``.

It reads what to run from ``FOLDER/NAME.plan.json``, tells how that goes in ``FOLDER/NAME.status.json``, and leads
a session of its own, so that everything it started is found again by that, whatever was killed.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
import time
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from dags.service.orphans import Orphans
from streams.broker.state import write

if TYPE_CHECKING:
    from types import FrameType

LOOK_S = 0.3
FIRST_PAUSE_S = 1.0
LONGEST_PAUSE_S = 60.0
STEADY_S = 60.0
FINAL = (0, 1, 2, 66, 73, 76, 77, 78)
"""Exit codes after which starting again would not help (docs/operations.md)."""


@dataclass
class Part:
    """One program, and what became of it."""

    name: str
    command: list[str]
    log: Path
    final: tuple[int, ...]
    process: subprocess.Popen[bytes] | None = None
    starts: int = 0
    code: int | None = None
    began: float = 0.0
    again: float = 0.0
    pause_s: float = field(default=FIRST_PAUSE_S)

    @property
    def ended(self) -> bool:
        """Whether it ended in a way that a person must answer."""
        return self.process is None and self.code in self.final

    def start(self) -> None:
        """Run the program; what it says is added to its log."""
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(  # noqa: S603 - the plan is ours
                self.command, stdin=subprocess.DEVNULL, stdout=log, stderr=subprocess.STDOUT
            )
        self.starts, self.code, self.began = self.starts + 1, None, time.monotonic()

    def look(self) -> bool:
        """Start the program again when it is time to; return whether anything changed."""
        if self.process is not None and (code := self.process.poll()) is not None:
            steady = time.monotonic() - self.began > STEADY_S
            self.pause_s = FIRST_PAUSE_S if steady else min(2 * self.pause_s, LONGEST_PAUSE_S)
            self.process, self.code, self.again = None, code, time.monotonic() + self.pause_s
            return True
        if self.process is None and not self.ended and time.monotonic() >= self.again:
            self.start()
            return True
        return False

    def told(self) -> dict[str, object]:
        """Return how it is."""
        state = "runs" if self.process else "ended" if self.ended else "waits"
        return {
            "state": state,
            "pid": self.process.pid if self.process else 0,
            "starts": self.starts,
            "code": self.code,
        }


def watch(parts: list[Part], status: Path, stop: threading.Event, limit_s: float, orphans: Orphans) -> None:
    """Keep ``parts`` running until ``stop``; then none of them runs, within about ``limit_s``."""
    while not stop.is_set():
        changed = [part.look() for part in parts]
        if any(changed):
            write(status, json.dumps({part.name: part.told() for part in parts}))
        orphans.look([part.process.pid for part in parts if part.process])
        stop.wait(LOOK_S)
    living = [part.process for part in parts if part.process]
    for process in living:
        process.terminate()
    until = time.monotonic() + limit_s
    for process in living:
        with suppress(subprocess.TimeoutExpired):
            process.wait(max(until - time.monotonic(), 0))
    for process in living:
        process.kill()
        process.wait()


def main() -> None:
    """Watch what the plan says, until SIGTERM or SIGINT."""
    folder, name = Path(sys.argv[1]), sys.argv[2]
    plan = json.loads((folder / f"{name}.plan.json").read_text(encoding="utf-8"))
    final = FINAL if plan["codes"] else ()
    parts = [Part(part, command, folder / f"{part}.log", final) for part, command in plan["commands"].items()]
    stop = threading.Event()

    def answer(_number: int, _frame: FrameType | None) -> None:
        stop.set()

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, answer)
    os.umask(0o077)
    watch(parts, folder / f"{name}.status.json", stop, plan["limit_s"], Orphans(plan["orphans_s"]))


if __name__ == "__main__":
    main()
