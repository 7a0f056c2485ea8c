"""The lake made again from the landing alone, and the proof that it says the same.

The new lake is made aside, while everybody reads and writes the one in force. At the end, under the
committer's lock, it takes in what was collected meanwhile and is put in force by one rename; a rebuild
that fails or is killed has changed nothing. What the landing cannot give again is carried over.
"""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

import structlog

from puyango.errors import ChainBroken, OutputRefused
from transforms import catalogue, committer, door, fault, generation, history, lake, ops
from transforms.course import Course, State, asked, hashed

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from puyango.settings import Settings
    from transforms.course import Hashes, Step
    from transforms.generation import Aside

WAITS = 10
log = structlog.get_logger()


@dataclass(frozen=True)
class Compared:
    """What one table said before and says now, as content hashes; empty where there was no such table."""

    layer: str
    table: str
    before: str
    after: str

    @property
    def equal(self) -> bool:
        """Whether the rebuild changed nothing."""
        return self.before == self.after


@dataclass(frozen=True)
class Rebuilt:
    """What came of a rebuild; ``kept`` is where the lake before still lies: it differs, or could not be compared."""

    tables: tuple[Compared, ...]
    kept: Path | None


def rebuild(settings: Settings, families: Sequence[str], steps: Sequence[Step]) -> Rebuilt:
    """Make the lake again: collect ``families``, then take ``steps`` (judge, settle, build); return the comparison.

    The old lake is first brought up to date by the same steps, and the new one collects up to the same
    offsets, so that nothing but the rebuild can make a difference. Without a readable old lake, everything
    that has landed is collected and ``before`` is empty. Raises ``Busy`` beside another rebuild.
    """
    with committer.held(settings.home.resolve() / "rebuild.lock", settings.lock_s):
        if left := generation.kept(settings):
            what = f"{left[0]} holds the lake before: an earlier rebuild kept it, or was killed before it was dropped"
            raise OutputRefused(what, "Compare it with the lake, remove that folder, and run puyango rebuild again.")
        new = generation.aside(settings)
        try:
            return _rebuilt(settings, new, Course(families, steps))
        finally:
            if catalogue.home(settings) != new.lake.resolve():
                generation.discard(new)
                log.warning("rebuild ended early, the lake is as it was", lake=str(catalogue.home(settings)))


def hashes(settings: Settings) -> Hashes:
    """Return the content hash of every table of bronze, silver and gold, by layer and name."""
    with lake.reading(settings) as con:
        return hashed(con)


def _rebuilt(settings: Settings, new: Aside, course: Course) -> Rebuilt:
    old, there = catalogue.home(settings), catalogue.path(settings).exists()
    before = _before(settings, course) if there else State()
    history.begin(new, asked(settings, ops.batch))
    course.take(new, before.ends)
    tables = _compared(before.hashes, hashes(new))
    _catch_up(settings, new, course)
    with _alone(settings):
        _catch_up(settings, new, course)
        carried = _carried(settings, new)
        generation.enforce(settings, new)
    door.write(settings)
    same = before.ends is not None and carried and all(table.equal for table in tables)
    kept = generation.put_away(settings, old) if there and not same else None
    if kept is None:
        generation.drop(old)
    log.info("rebuilt", tables=len(tables), equal=sum(table.equal for table in tables), kept=str(kept or ""))
    return Rebuilt(tables, kept)


@contextmanager
def _alone(settings: Settings) -> Iterator[None]:
    """Hold off whoever publishes or commits; after hours of work it is worth waiting longer for them than they wait."""
    wait_s = WAITS * settings.lock_s
    with committer.held(catalogue.publication(settings), wait_s), committer.held(catalogue.lock(settings), wait_s):
        yield


def _before(settings: Settings, course: Course) -> State:
    """Return what the old lake says once it is up to date; nothing where it is damaged, or denies the landing."""
    try:
        return course.state(settings)
    except (fault.LakeDamaged, ChainBroken) as error:
        log.warning("old lake cannot be compared", why=error.what)
        return State()


def _compared(before: Hashes, after: Hashes) -> tuple[Compared, ...]:
    every = sorted(before.keys() | after.keys())
    return tuple(Compared(*name, before.get(name, ""), after.get(name, "")) for name in every)


def _catch_up(settings: Settings, new: Aside, course: Course) -> None:
    """Bring ``new`` to where the lake in force has collected to by now, so that nobody finds it behind."""
    ends = course.ends(settings)
    if ends is not None and ends != course.ends(new):
        course.take(new, ends)


def _carried(settings: Settings, new: Aside) -> bool:
    """Carry over what the landing cannot give again; return whether nothing of it is lost."""
    try:
        if catalogue.path(settings).exists():
            history.carry(settings, new)
    except fault.LakeDamaged as error:
        log.warning("verdicts and vintages of the old lake cannot be read", why=error.what)
        return False
    return True
