"""Temporary files of writers that died before they could name them."""

from __future__ import annotations

import os
import re
import time
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

TEMPORARY = re.compile(r"\.[0-9]{20}\.parquet\.(?P<pid>[0-9]{1,9})\.tmp")
OLD_S = 3600


def remove(folder: Path) -> None:
    """Remove what no living process can still want: temporary files of the dead, or older than an hour."""
    for entry in folder.iterdir():
        written = TEMPORARY.fullmatch(entry.name)
        if written and not entry.is_symlink() and (not _lives(int(written["pid"])) or _age_s(entry) > OLD_S):
            entry.unlink(missing_ok=True)


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
