"""A draft: the files of a whole, made and not yet judged, that will replace the same days of a table."""

from __future__ import annotations

import os
import shutil
import time
import uuid
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date, datetime
    from pathlib import Path

    from puyango.settings import Settings

FORGOTTEN_S = 24 * 3600


@dataclass(frozen=True)
class Draft:
    """Files that replace the ``days`` of ``column`` in ``layer.table``.

    ``batch`` is what the ledger's clock said when the inputs were read, ``declaration`` the sha256 of
    what made the files, ``readers`` the tables that read this one.
    """

    layer: str
    table: str
    files: tuple[Path, ...]
    column: str
    days: tuple[date, ...]
    batch: int
    declaration: str
    readers: tuple[str, ...] = ()

    def discard(self) -> None:
        """Leave nothing of the draft behind; what was registered in the lake stays there."""
        forget(self.files)


def folder(settings: Settings, layer: str, table: str) -> Path:
    """Return a new folder for one draft, and forget those that a killed process left a day ago."""
    home = settings.drafts / layer / table
    home.mkdir(mode=0o750, parents=True, exist_ok=True)
    for left in home.iterdir():
        if left.is_dir() and time.time() - left.stat().st_mtime > FORGOTTEN_S:
            shutil.rmtree(left, ignore_errors=True)
    fresh = home / f"{os.getpid()}-{uuid.uuid4().hex[:12]}"
    fresh.mkdir(mode=0o750)
    return fresh


def sweep(settings: Settings, before: datetime) -> int:
    """Remove the drafts of every table that nobody has touched since ``before``; return how many."""
    old = [
        left for left in settings.drafts.glob("*/*/*") if left.is_dir() and left.stat().st_mtime < before.timestamp()
    ]
    for left in old:
        shutil.rmtree(left, ignore_errors=True)
    return len(old)


def forget(files: Iterable[Path]) -> None:
    """Remove the files of a draft, and the folders that were made for them."""
    for file in files:
        file.unlink(missing_ok=True)
        for above in file.parents:
            try:
                above.rmdir()
            except OSError:
                break
            if "=" not in above.name:
                break


def month_file(folder: Path, day: date) -> Path:
    """Return the path of the file of ``day``'s month, in the folders that a partitioned table asks for."""
    path = folder / f"year={day.year}" / f"month={day.month}" / "rows.parquet"
    path.parent.mkdir(mode=0o750, parents=True, exist_ok=True)
    return path
