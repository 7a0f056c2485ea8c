"""What the thread that lands tells the thread that reads."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from puyango.errors import PuyangoError
    from streams.reading.log import Place
    from streams.segments.segment import Segment


@dataclass(frozen=True, slots=True)
class Landed:
    """A segment exists, durably."""

    place: Place
    segment: Segment
    leader_epoch: int | None


@dataclass(frozen=True, slots=True)
class Outrun:
    """Another writer was there before: the chain ends at ``next`` now, and reading goes on from there, as ``turn``."""

    place: Place
    next: int
    turn: int


@dataclass(frozen=True, slots=True)
class Stopped:
    """A family stops; what it had not landed is let go, and will be read again."""

    topic: str
    error: PuyangoError


News = Landed | Outrun | Stopped
