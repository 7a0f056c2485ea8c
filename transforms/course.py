"""The course from landing to gold, taken whole: what a rebuild does to the lake before and to the next one."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, TypeVar

from puyango.errors import Busy, InputUnfit
from transforms import collect, content, fault, lake, waiting

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from duckdb import DuckDBPyConnection

    from puyango.settings import Settings
    from transforms.waiting import Place

    Step = Callable[[Settings], object]
    Ends = Mapping[str, Mapping[Place, int]]
    Hashes = Mapping[tuple[str, str], str]

Answer = TypeVar("Answer")
TRIES = 5


@dataclass(frozen=True)
class State:
    """How far a lake has collected and what it says, both of one snapshot; nothing where it cannot be read."""

    ends: Ends | None = None
    hashes: Hashes = field(default_factory=dict)


@dataclass(frozen=True)
class Course:
    """Collect ``families``, then take ``steps`` (judge, settle, build); taken twice it leaves what once leaves."""

    families: Sequence[str]
    steps: Sequence[Step]

    def take(self, settings: Settings, ends: Ends | None = None) -> Ends | None:
        """Bring a lake up to date, or to ``ends`` where they are given; return how far it had collected then."""
        for family in self.families:
            collect.pending(settings, family, None if ends is None else ends[family])
        reached = self.ends(settings)
        for step in self.steps:
            step(settings)
        return reached

    def ends(self, settings: Settings) -> Ends | None:
        """Return how far a lake has collected; None where it cannot be read."""
        return asked(settings, self._positions)

    def state(self, settings: Settings) -> State:
        """Return the state of a lake once it is up to date; where others collected meanwhile, take the course again."""
        for _ in range(TRIES):
            ends = self.take(settings)
            with lake.reading(settings) as con:
                if ends == self._positions(con):
                    return State(ends, hashed(con))
        raise Busy(f"others collected {TRIES} times meanwhile", "Run puyango rebuild at a quieter hour.")

    def _positions(self, con: DuckDBPyConnection) -> Ends:
        return {family: waiting.positions(con, family) for family in self.families}


def asked(settings: Settings, question: Callable[[DuckDBPyConnection], Answer]) -> Answer | None:
    """Return what a lake answers; None where there is none that can be read."""
    try:
        with lake.reading(settings) as con:
            return question(con)
    except (fault.LakeDamaged, InputUnfit):
        return None


def hashed(con: DuckDBPyConnection) -> dict[tuple[str, str], str]:
    """Return the content hash of every table of bronze, silver and gold, by layer and name."""
    return {name: content.content_hash(con, *name) for name in content.tables(con)}
