"""The one committer of a lake: whoever holds the lock may write, everybody else waits or is told who does."""

from __future__ import annotations

import fcntl
import os
import socket
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING

from puyango.durable import refusal
from puyango.errors import Busy

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

PAUSE_S = 0.05
HOLDER_BYTES = 400


@contextmanager
def held(lock: Path, wait_s: float) -> Iterator[None]:
    """Hold ``lock``; the kernel frees it when this process ends, however it ends.

    Raises ``Busy`` naming pid and host of the holder once ``wait_s`` seconds have passed.
    """
    descriptor = _opened(lock)
    try:
        _acquire(descriptor, lock, wait_s)
        os.ftruncate(descriptor, 0)
        os.pwrite(descriptor, f"pid {os.getpid()} on {socket.gethostname()}".encode(), 0)
        yield
    finally:
        os.close(descriptor)


def _opened(lock: Path) -> int:
    try:
        lock.parent.mkdir(mode=0o750, parents=True, exist_ok=True)
        return os.open(lock, os.O_CREAT | os.O_RDWR | os.O_NOFOLLOW, 0o640)
    except OSError as error:
        raise refusal(error, lock) from error


def _acquire(descriptor: int, lock: Path, wait_s: float) -> None:
    until = time.monotonic() + wait_s
    while True:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if time.monotonic() >= until:
                raise Busy(
                    f"{lock} is held by {_holder(descriptor)}; waited {wait_s:g} s",
                    "Let that process finish, or stop it; the lock is freed with it. Then run this again.",
                ) from None
            time.sleep(PAUSE_S)
        else:
            return


def _holder(descriptor: int) -> str:
    return os.pread(descriptor, HOLDER_BYTES, 0).decode(errors="replace") or "a process that has not said its name"
