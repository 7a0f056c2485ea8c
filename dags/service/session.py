"""A watch and all that it started, found by the session it leads: recognised by its command line, never by a number."""

from __future__ import annotations

import json
import os
import secrets
import signal
import sys
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import psutil

from streams.broker.process import command_line, wait
from streams.broker.state import write

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

WATCH = "dags.service.watch"
BOOT = Path("/proc/sys/kernel/random/boot_id")
GRACE_S = 5.0
ORPHANS_S = 60.0


@dataclass(frozen=True)
class Session:
    """What ``folder`` remembers under ``name``: the process that led it, its token, and the boot it ran in."""

    folder: Path
    name: str
    pid: int = 0
    token: str = ""
    boot: str = ""

    @classmethod
    def remembered(cls, folder: Path, name: str) -> Session:
        """Return the session that was last begun, or one that never was."""
        try:
            return cls(folder, name, **json.loads((folder / f"{name}.session.json").read_text(encoding="utf-8")))
        except (OSError, ValueError, TypeError):
            return cls(folder, name)

    @property
    def led(self) -> bool:
        """Whether its watch is running."""
        return bool(self.token) and command_line(self.pid).endswith(f"{WATCH} {self.folder} {self.name} {self.token}")

    def processes(self) -> list[int]:
        """Return the processes of the session that live, those too that outlived their watch."""
        if not self.pid or self.boot != boot() or (command_line(self.pid) and not self.led):
            return []
        found = [pid for pid in psutil.pids() if _session(pid) == self.pid and command_line(pid)]
        # A program has no command line for a moment while it starts: the number of the watch is ours only if it leads.
        return [pid for pid in found if pid != self.pid or self.led]

    def parts(self) -> dict[str, dict[str, object]]:
        """Return what the watch last said of its programs; nothing while it does not run."""
        try:
            told = json.loads((self.folder / f"{self.name}.status.json").read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return {}
        return dict(told) if self.led else {}

    def end(self, limit_s: float) -> bool:
        """Leave no process of the session; return whether all ended when they were asked to.

        The watch is asked first, and ends its programs; then whatever they left behind; then nobody is asked.
        """
        if self.led:
            os.kill(self.pid, signal.SIGTERM)
            wait(lambda: not self.led, limit_s)
        for number in (signal.SIGTERM, signal.SIGKILL):
            if orderly := not self.processes():
                break
            self._signal(number)
            wait(lambda: not self.processes(), GRACE_S)
        with suppress(ChildProcessError):
            os.waitpid(self.pid, os.WNOHANG)
        (self.folder / f"{self.name}.status.json").unlink(missing_ok=True)
        return orderly

    def _signal(self, number: int) -> None:
        for pid in self.processes():
            with suppress(ProcessLookupError):
                os.kill(pid, number)


def begin(
    folder: Path,
    name: str,
    commands: Mapping[str, Sequence[str]],
    environ: Mapping[str, str],
    *,
    codes: bool,
    limit_s: float,
    orphans_s: float = ORPHANS_S,
) -> Session:
    """Start a watch over ``commands`` in a session of its own, apart from ours, and remember it.

    The watch takes ``limit_s`` to end, and ends what a killed program left behind after ``orphans_s``. With ``codes``
    the programs end with the exit codes of the platform, and some of those are final.
    """
    plan = {"commands": commands, "codes": codes, "limit_s": limit_s, "orphans_s": orphans_s}
    write(folder / f"{name}.plan.json", json.dumps(plan))
    (folder / f"{name}.status.json").unlink(missing_ok=True)
    token = secrets.token_hex(8)
    asked = [sys.executable, "-m", WATCH, str(folder), name, token]
    actions = [
        (os.POSIX_SPAWN_OPEN, 0, os.devnull, os.O_RDONLY, 0),
        (os.POSIX_SPAWN_OPEN, 1, str(folder / f"{name}.watch.log"), os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600),
        (os.POSIX_SPAWN_DUP2, 1, 2),
    ]
    pid = os.posix_spawn(asked[0], asked, dict(environ), file_actions=actions, setsid=True)
    write(folder / f"{name}.session.json", json.dumps({"pid": pid, "token": token, "boot": boot()}))
    return Session(folder, name, pid, token, boot())


def boot() -> str:
    """Return what tells this run of the machine from the others: after another start every number is a stranger's."""
    return BOOT.read_text(encoding="ascii").strip() if BOOT.exists() else str(int(psutil.boot_time()))


def _session(pid: int) -> int:
    try:
        return os.getsid(pid)
    except OSError:
        return 0
