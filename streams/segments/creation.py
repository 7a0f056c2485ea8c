"""A file of the landing comes into being once, whole and durable, or not at all."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from puyango import durable
from streams.segments import digest

if TYPE_CHECKING:
    from pathlib import Path


def create(path: Path, content: bytes) -> None:
    """Create ``path``; raises ``FileExistsError`` when another writer was there before.

    If the file that is there has our very bytes, an earlier try of ours had got that far.
    """

    def write(temporary: Path) -> None:
        temporary.write_bytes(content)

    try:
        durable.create(path, write)
    except FileExistsError:
        if digest.fresh(path) != hashlib.sha256(content).hexdigest():
            raise
        durable.sync_folder(path.parent)
