"""Temporary files of writers that died before they could name them."""

from __future__ import annotations

import os
import time
from typing import TYPE_CHECKING

from puyango.durable import ASIDE, host

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

OLD_S = 3600


def remove(folder: Path) -> None:
    """Remove the temporary files that no living process can still want."""
    for entry in abandoned(folder):
        entry.unlink(missing_ok=True)


def abandoned(folder: Path) -> Iterator[Path]:
    """Yield what writers left under a temporary name: those of this host that are dead, or whoever an hour ago."""
    for entry in folder.iterdir():
        written = ASIDE.fullmatch(entry.name)
        if written and not entry.is_symlink() and (_age_s(entry) > OLD_S or _dead(written["host"], written["pid"])):
            yield entry


def _dead(writer_host: str, pid: str) -> bool:
    return writer_host == host() and not _lives(int(pid))


def _lives(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def _age_s(file: Path) -> float:
    try:
        return time.time() - file.lstat().st_mtime
    except FileNotFoundError:
        return 0.0
