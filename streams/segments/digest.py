"""The sha256 of landed files, each computed once as long as the file is untouched."""

from __future__ import annotations

import hashlib
import os
from contextlib import suppress
from functools import lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

NOTES = ".digests"

Identity = tuple[str, int, int, int]
"""Name, size, time of last change in nanoseconds, inode."""


def digest(path: Path) -> str:
    """Return the sha256 of the file at ``path``, which must not be a link.

    The folder's ``.digests`` remembers it for the next process. It is only a note: a file whose size,
    time of change or inode differs is read again, and a scrubber never trusts it.
    """
    about = path.lstat()
    identity = (path.name, about.st_size, about.st_mtime_ns, about.st_ino)
    known = _notes(path.parent)
    if identity not in known:
        known[identity] = fresh(path)
        _note(path.parent, identity, known[identity])
    return known[identity]


def fresh(path: Path) -> str:
    """Return the sha256 of the bytes that lie on the disk now."""
    with open(os.open(path, os.O_RDONLY | os.O_NOFOLLOW), "rb") as file:  # noqa: PTH123 (pathlib cannot refuse links)
        return hashlib.file_digest(file, "sha256").hexdigest()


@lru_cache(maxsize=1024)
def _notes(folder: Path) -> dict[Identity, str]:
    """Return what an earlier process noted in ``folder``; a line cut off by a crash is passed over."""
    known: dict[Identity, str] = {}
    with suppress(OSError, UnicodeDecodeError):
        for line in (folder / NOTES).read_text(encoding="ascii").splitlines():
            with suppress(ValueError):
                name, size, changed, inode, sha256 = line.split()
                if len(sha256) == hashlib.sha256().digest_size * 2:
                    known[name, int(size), int(changed), int(inode)] = sha256
    return known


def _note(folder: Path, identity: Identity, sha256: str) -> None:
    """Append one line; whoever may read the landing but not write to it computes again next time."""
    line = " ".join(map(str, (*identity, sha256)))
    with suppress(OSError), (folder / NOTES).open("a", encoding="ascii") as file:
        file.write(f"{line}\n")
