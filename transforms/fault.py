"""What an error of the engine means for the operator: whether to wait, to free space, to rebuild."""

from __future__ import annotations

from typing import TYPE_CHECKING

import duckdb

from puyango.errors import Busy, ConfigRefused, DiskFailed, OutputRefused, PuyangoError
from transforms.engine import VERSION

if TYPE_CHECKING:
    from pathlib import Path

OF_THE_LAKE = (duckdb.IOException, duckdb.InvalidInputException, duckdb.InternalException)
FULL = ("No space left", "Disk quota")
FORBIDDEN = ("readonly database", "Permission denied", "Read-only file system")


class LakeDamaged(PuyangoError):
    """A file of the lake is missing or cannot be read; a rebuild answers it."""

    code = "lake_damaged"


def answer(error: duckdb.Error, lake: Path) -> PuyangoError | None:
    """Return the error of the platform for ``error`` about the folder ``lake``; None where the query is at fault."""
    said = " ".join(str(error).split())
    if "database is locked" in said:
        return Busy(
            f"the catalogue in {lake} is locked by a program that does not use the lake's lock",
            "Close whatever has it open for writing, then run this again.",
        )
    if any(words in said for words in FULL):
        return DiskFailed(f"no space left in {lake}", "Free space; nothing was changed.", code="disk_full")
    if any(words in said for words in FORBIDDEN):
        return OutputRefused(f"{lake} cannot be used: {said}", "Its folder must be writable by this user.")
    if "DuckLake" in said and "version" in said:
        return ConfigRefused(
            f"the catalogue in {lake} is of another format than duckdb {duckdb.__version__} reads: {said}",
            f"Use the duckdb that wrote it, or run puyango rebuild with duckdb {VERSION}; nothing is migrated.",
        )
    if isinstance(error, OF_THE_LAKE) or type(error) is duckdb.Error:
        return LakeDamaged(
            f"the lake in {lake} cannot be used: {said}",
            "Nothing was changed. If a file is missing or damaged, puyango rebuild makes the lake anew.",
        )
    return None
