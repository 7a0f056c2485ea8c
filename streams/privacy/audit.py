"""Who opened what was sealed, when and why: lines of JSON, each of which vouches for the one before."""

from __future__ import annotations

import fcntl
import json
import os
from hashlib import sha256
from typing import TYPE_CHECKING

from puyango.durable import refusal, sync_folder
from puyango.errors import ChainBroken

if TYPE_CHECKING:
    from datetime import datetime
    from pathlib import Path

NAME = "audit.jsonl"


def note(home: Path, at: datetime, person: str, deed: str, **facts: str | int) -> None:
    """Write one line, durably, before the deed is done; raises ``OutputRefused`` or ``DiskFailed`` if it cannot."""
    path = home / NAME
    try:
        home.mkdir(mode=0o750, parents=True, exist_ok=True)
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_APPEND, 0o640)
        with os.fdopen(descriptor, "r+b") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            *_, last = file.read().splitlines() or [b""]
            said = {"at": at.isoformat(), "person": person, "deed": deed, **facts, "after": _sha256(last)}
            file.write(json.dumps(said, ensure_ascii=False).encode() + b"\n")
            file.flush()
            os.fsync(file.fileno())
        sync_folder(home)
    except OSError as error:
        raise refusal(error, path) from error


def verify(home: Path) -> int:
    """Return how many lines there are; raises ``ChainBroken`` naming the first that does not follow the one before."""
    last = b""
    lines = (home / NAME).read_bytes().splitlines() if (home / NAME).exists() else []
    for number, line in enumerate(lines, 1):
        try:
            after = json.loads(line)["after"]
        except (ValueError, KeyError, TypeError):
            after = None
        if after != _sha256(last):
            remedy = "A line was changed, taken out or put in. Restore the file from a backup and compare."
            raise ChainBroken(f"{home / NAME} line {number} does not follow the line before", remedy)
        last = line
    return len(lines)


def _sha256(line: bytes) -> str:
    return sha256(line).hexdigest() if line else ""
