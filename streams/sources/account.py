"""What a replay tells: while it runs, and when it is done."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a file has come: rows of it on the topic or on their way, of about how many."""

    file: str
    done: int
    rows: int


@dataclass(frozen=True, slots=True)
class FileReplayed:
    """A file whose rows are all on the topic; ``sent`` of them by this run."""

    file: str
    rows: int
    sent: int


@dataclass(frozen=True, slots=True)
class Replayed:
    """What a replay did."""

    source: str
    topic: str
    files: tuple[FileReplayed, ...]

    @property
    def rows(self) -> int:
        """Rows of the files, all of them on the topic."""
        return sum(file.rows for file in self.files)

    @property
    def sent(self) -> int:
        """Records sent by this run."""
        return sum(file.sent for file in self.files)
