"""Data files of the lake on disk: found, forced there, taken over from a draft."""

from __future__ import annotations

import errno
import os
import shutil
import uuid
from pathlib import Path
from typing import TYPE_CHECKING

from polars.exceptions import ComputeError

from puyango import durable

if TYPE_CHECKING:
    from collections.abc import Iterable

    import polars as pl


def found(root: Path) -> frozenset[Path]:
    """Return the files under ``root``; links to elsewhere are not followed."""
    return frozenset(Path(folder, name) for folder, _, names in os.walk(root) for name in names)


def sync(paths: Iterable[Path], root: Path) -> None:
    """Force ``paths`` to disk, and the names of all folders between them and ``root``; raises ``DiskFailed``."""
    new = sorted(paths)
    folders = {above for path in new for above in path.parents if above == root or root in above.parents}
    try:
        for path in new:
            durable.sync(path)
        for folder in sorted(folders, reverse=True):
            durable.sync_folder(folder)
    except OSError as error:
        raise durable.refusal(error, root) from error


def adopt(path: Path, home: Path) -> Path:
    """Return a name of the file's own under the table's ``home``, in the same ``column=value`` folders.

    A name is never used twice, so what a failed transaction left behind is in nobody's way.
    """
    parts = [part for part in path.parent.parts if "=" in part]
    target = home.joinpath(*parts, f"{uuid.uuid4()}.parquet")
    target.parent.mkdir(mode=0o750, parents=True, exist_ok=True)
    try:
        os.link(path, target)
    except OSError as error:
        if error.errno != errno.EXDEV:
            raise durable.refusal(error, target) from error
        shutil.copyfile(path, target)
    return target


def write(rows: pl.DataFrame, path: Path) -> Path:
    """Write ``rows`` as Parquet and return the path; raises ``DiskFailed``, to Polars an error of computing."""
    try:
        rows.write_parquet(path, compression="zstd")
    except (OSError, ComputeError) as error:
        raise durable.refusal(error, path) from error
    return path
