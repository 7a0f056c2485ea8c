"""What an examination finds: a fault, or a note on something that may be meant so."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from puyango.errors import PuyangoError


@dataclass(frozen=True, slots=True)
class Finding:
    """What was found, with place and numbers, and what a person can do about it."""

    kind: Literal["fault", "note"]
    what: str
    remedy: str

    @classmethod
    def of(cls, error: PuyangoError) -> Finding:
        """Return the fault that ``error`` tells of."""
        return cls("fault", error.what, error.remedy)


def fault(what: str, remedy: str) -> Finding:
    """Return something that is wrong."""
    return Finding("fault", what, remedy)


def note(what: str, remedy: str) -> Finding:
    """Return something that is right only if it is meant so."""
    return Finding("note", what, remedy)
