"""Files that survive a power cut: written aside, synced, named, and their folder synced."""

from __future__ import annotations

import errno
import os
import re
import secrets
import socket
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING

from puyango.errors import DiskFailed, OutputRefused

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

FULL = (errno.ENOSPC, errno.EDQUOT)
REFUSED = (errno.EACCES, errno.EPERM, errno.EROFS, errno.ENOTDIR, errno.ENOENT, errno.EEXIST)
SPELLED = re.compile(r"\(os error (\d+)\)")
ASIDE = re.compile(r"\.(?P<name>.+)\.(?P<host>[A-Za-z0-9-]+)\.(?P<pid>[0-9]{1,9})\.[0-9a-f]{8}\.tmp")


def create(path: Path, write: Callable[[Path], None], mode: int = 0o440) -> None:
    """Create ``path`` durably through ``write``, or raise ``FileExistsError``; a reader sees all of it or nothing.

    ``link`` refuses a name that exists, where ``rename`` would replace it, so the name is the lock.
    """
    with _written(path, write, mode) as temporary:
        os.link(temporary, path)
        temporary.unlink()
        sync_folder(path.parent)


def replace(path: Path, write: Callable[[Path], None], mode: int = 0o640) -> None:
    """Put what ``write`` makes in the place of ``path``; readers that opened the old file keep it."""
    with _written(path, write, mode) as temporary:
        temporary.replace(path)
        sync_folder(path.parent)


def sync(path: Path) -> None:
    """Force the bytes of ``path`` to disk."""
    with path.open("rb") as file:
        os.fsync(file.fileno())


def sync_folder(folder: Path) -> None:
    """Force the names in ``folder`` to disk."""
    descriptor = os.open(folder, os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def host() -> str:
    """Return the name of this host in letters, digits and hyphens."""
    return re.sub(r"[^A-Za-z0-9-]", "-", socket.gethostname()) or "-"


def aside(path: Path) -> Path:
    """Return a name beside ``path`` that no other writer has, on whatever host: it says whose it is (``ASIDE``)."""
    return path.with_name(f".{path.name}.{host()}.{os.getpid()}.{secrets.token_hex(4)}.tmp")


@contextmanager
def _written(path: Path, write: Callable[[Path], None], mode: int) -> Iterator[Path]:
    """Yield a synced temporary file beside ``path``; disk errors become the two that an operator answers."""
    temporary = aside(path)
    try:
        path.parent.mkdir(mode=0o750, parents=True, exist_ok=True)
        write(temporary)
        temporary.chmod(mode)
        sync(temporary)
        yield temporary
    except FileExistsError:
        raise
    except OSError as error:
        raise refusal(error, path) from error
    finally:
        with suppress(OSError):  # what stopped the writing is the error to tell, not that its rest stays
            temporary.unlink(missing_ok=True)


def number(error: BaseException) -> int | None:
    """Return the system's number of an error; the engines only spell it out, in errors of many classes."""
    if isinstance(error, OSError) and error.errno is not None:
        return error.errno
    said = " ".join(str(error).split())
    if found := SPELLED.search(said):
        return int(found[1])
    return errno.ENOSPC if os.strerror(errno.ENOSPC) in said else None


def refusal(error: BaseException, path: Path) -> OutputRefused | DiskFailed:
    """Return the error of the platform that says what ``error`` means for ``path``."""
    found = number(error)
    why = str(error) if found is None else os.strerror(found)
    if found in FULL:
        return DiskFailed(f"no space left to write {path}", "Free space; the work resumes by itself.", code="disk_full")
    if found in REFUSED:
        return OutputRefused(f"{path} cannot be created: {why}", "The folder must be writable by this user.")
    return DiskFailed(f"{path} cannot be written: {why}", "Check the disk before starting again.")
