"""Whether the disk has room, keeps what it says it keeps, and shows it to nobody else."""

from __future__ import annotations

import os
import shutil
from pathlib import Path
from typing import TYPE_CHECKING

from dags.doctor.finding import fault
from puyango.settings import MIB

if TYPE_CHECKING:
    from collections.abc import Iterator

    from dags.doctor.finding import Finding
    from puyango.settings import Settings

SAYS = "The disk is local, has room, and belongs to this user."

FREE_BYTES = 2_048 * MIB
FREE_FILES = 10_000
REMOTE = frozenset({"9p", "afs", "ceph", "cifs", "fuse.sshfs", "glusterfs", "lustre", "ncpfs", "nfs", "nfs4", "smb3"})
MOUNTS = Path("/proc/self/mounts")
WRITERS = 0o022


def examine(settings: Settings) -> Iterator[Finding]:
    """Find a disk that is nearly full, one across a network, and folders that others may write to."""
    home = settings.home
    if not home.exists():
        return
    free = shutil.disk_usage(home).free
    if free < FREE_BYTES:
        what = f"{free // MIB:,} MiB are free on the disk of {home}"
        yield fault(
            what, f"Free space until there are {FREE_BYTES // MIB:,} MiB; puyango maintain removes what is old."
        )
    about = os.statvfs(home)
    if about.f_files and about.f_favail < FREE_FILES:
        yield fault(f"{about.f_favail:,} files can still be made on the disk of {home}", "Free inodes on that disk.")
    if (kind := _kind(home)) in REMOTE:
        what = f"{home} is on a {kind} file system, whose locks and order of writes the catalogue cannot rely on"
        yield fault(what, "Stop everything, move the home to a local disk, set PUYANGO_HOME.")
    for folder in (home, settings.landing, settings.lake):
        if folder.exists() and folder.stat().st_mode & WRITERS:
            yield fault(f"{folder} can be written to by others than its owner", f"chmod go-w {folder}")


def _kind(folder: Path) -> str:
    """Return the type of the file system of ``folder``, empty where the machine does not say."""
    if not MOUNTS.exists():
        return ""
    mounts = [line.split(" ")[1:3] for line in MOUNTS.read_text(encoding="utf-8").splitlines()]
    above = {str(each) for each in (folder.resolve(), *folder.resolve().parents)}
    return max((place, kind) for place, kind in mounts if place in above)[1]
