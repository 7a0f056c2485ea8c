"""How far a file has been sent to a topic, kept so that a replay that died goes on without sending a row twice."""

from __future__ import annotations

import fcntl
import hashlib
import os
from contextlib import contextmanager
from typing import TYPE_CHECKING, Literal

import msgspec

from puyango import durable
from puyango.errors import Busy, OperatorNeeded

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

MARK_DIGITS = 16


class Checkpoint(msgspec.Struct, frozen=True):
    """The first ``rows`` rows of the file are on the topic; rows after them can only lie from ``offsets`` on.

    ``prefix`` marks those rows, once the replay has ended: the file begins so when it is repaired, or has grown.
    ``coverage`` is what a person said that the file holds.
    """

    source: str
    file: str
    sha256: str
    rows: int
    offsets: dict[int, int]
    coverage: str = ""
    state: Literal["open", "unfit", "done"] = "open"
    prefix: str = ""

    @property
    def mark(self) -> str:
        """What the header ``origin`` of every record of the file begins with."""
        return self.sha256[:MARK_DIGITS]

    def advanced(self, rows: int, offsets: Mapping[int, int]) -> Checkpoint:
        """Return the checkpoint after ``rows`` rows, the topic's partitions having grown to ``offsets``."""
        return msgspec.structs.replace(self, rows=rows, offsets={**self.offsets, **offsets}, state="open", prefix="")

    def ended(self, state: Literal["unfit", "done"], prefix: str = "") -> Checkpoint:
        """Return the checkpoint of a replay that has nothing more to send."""
        return msgspec.structs.replace(self, state=state, prefix=prefix)


class Checkpoints:
    """The checkpoints of one topic of one cluster; a topic made anew has its own."""

    def __init__(self, home: Path, chain: str) -> None:
        """Keep them below ``home``."""
        self.folder = home / "replay" / chain

    @contextmanager
    def alone(self, sha256: str, name: str) -> Iterator[None]:
        """Hold the file of that sha256; raises ``Busy`` when another process sends it, also one that is stopped."""
        self.folder.mkdir(mode=0o750, parents=True, exist_ok=True)
        descriptor = os.open(self.folder / f"{sha256[:MARK_DIGITS]}.lock", os.O_RDWR | os.O_CREAT, 0o640)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            yield
        except BlockingIOError:
            raise Busy(f"another process is sending {name}", "Wait for it to end, or stop it.") from None
        finally:
            os.close(descriptor)

    def find(self, sha256: str) -> Checkpoint | None:
        """Return the checkpoint of the file of that sha256; None if it was never begun."""
        try:
            found = _read(self._path(sha256))
        except FileNotFoundError:
            return None
        return found if found.sha256 == sha256 else None

    def ended(self, source: str) -> list[Checkpoint]:
        """Return those of the source that ended, well or at an unfit row, the farthest first."""
        found = (_read(file) for file in self.folder.glob("*.json"))
        ended = (one for one in found if one.source == source and one.state != "open" and one.prefix)
        return sorted(ended, key=lambda one: (-one.rows, one.sha256))

    def keep(self, checkpoint: Checkpoint) -> Checkpoint:
        """Put the checkpoint durably in the place of the last one, and return it."""
        content = msgspec.json.encode(checkpoint)
        durable.replace(self._path(checkpoint.sha256), lambda path: _write(path, content))
        return checkpoint

    def _path(self, sha256: str) -> Path:
        return self.folder / f"{sha256[:MARK_DIGITS]}.json"


def digest(path: Path) -> str:
    """Return the SHA-256 of the file's bytes."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _read(path: Path) -> Checkpoint:
    try:
        return msgspec.json.decode(path.read_bytes(), type=Checkpoint)
    except msgspec.DecodeError as error:
        remedy = "Remove it, and look on the topic what of the file is there: it would be sent from its first row."
        raise OperatorNeeded(f"{path} is not a checkpoint: {error}", remedy) from None


def _write(path: Path, content: bytes) -> None:
    path.write_bytes(content)
