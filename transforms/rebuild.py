"""The lake made again from the landing alone, and the proof that it says the same.

The old lake is moved aside as ``lake.before``. It is dropped once the new one says the same, kept beside it
where they differ, and put back if the rebuild fails. Readers that attach meanwhile see the new lake grow.
"""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from typing import TYPE_CHECKING

import structlog

from puyango.errors import OutputRefused
from transforms import catalogue, collect, committer, content, fault, lake, waiting

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from pathlib import Path

    from puyango.settings import Settings
    from transforms.waiting import Place

    Step = Callable[[Settings], object]
    Ends = Mapping[str, Mapping[Place, int]]

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


def rebuild(settings: Settings, families: Sequence[str], steps: Sequence[Step]) -> list[Compared]:
    """Make the lake again: collect ``families``, then take ``steps`` (judge, settle, build); return the comparison.

    The old lake is first brought up to date by the same steps, and the new one collects up to the same
    offsets, so that nothing but the rebuild can make a difference, also while the ingester runs. Without a
    readable old lake, everything that has landed is collected and ``before`` is empty.
    """
    ends, before = _before(settings, families, steps)
    aside = _moved_aside(settings)
    try:
        _made(settings, families, steps, ends)
        after = hashes(settings)
    except BaseException:
        _put_back(settings, aside)
        raise
    every = sorted(before.keys() | after.keys())
    compared = [Compared(*name, before.get(name, ""), after.get(name, "")) for name in every]
    if not before or all(table.equal for table in compared):
        shutil.rmtree(aside, ignore_errors=True)
    log.info("rebuilt", tables=len(after), equal=sum(table.equal for table in compared))
    return compared


def hashes(settings: Settings) -> dict[tuple[str, str], str]:
    """Return the content hash of every table of bronze, silver and gold, by layer and name."""
    with lake.reading(settings) as con:
        return {name: content.content_hash(con, *name) for name in content.tables(con)}


def _before(
    settings: Settings, families: Sequence[str], steps: Sequence[Step]
) -> tuple[Ends | None, dict[tuple[str, str], str]]:
    """Return how far the old lake has collected, and what it says once it is up to date."""
    if not catalogue.path(settings).exists():
        return None, {}
    try:
        _made(settings, families, steps, None)
        with lake.reading(settings) as con:
            ends = {family: waiting.positions(con, family) for family in families}
        return ends, hashes(settings)
    except fault.LakeDamaged as error:
        log.warning("old lake cannot be compared", why=error.what)
        return None, {}


def _made(settings: Settings, families: Sequence[str], steps: Sequence[Step], ends: Ends | None) -> None:
    for family in families:
        collect.pending(settings, family, None if ends is None else ends[family])
    for step in steps:
        step(settings)


def _moved_aside(settings: Settings) -> Path:
    """Move the lake out of the way, under the lock so that no commit is under way in it."""
    here = settings.lake.resolve()
    aside = here.with_name("lake.before")
    with committer.held(catalogue.lock(settings), settings.lock_s):
        if aside.exists():
            what = f"{aside} is there: an earlier rebuild kept it because it differs, or was killed"
            raise OutputRefused(what, "Compare it with the lake, remove it, and run puyango rebuild again.")
        if here.exists():
            here.rename(aside)
    return aside


def _put_back(settings: Settings, aside: Path) -> None:
    here = settings.lake.resolve()
    with committer.held(catalogue.lock(settings), settings.lock_s):
        shutil.rmtree(here, ignore_errors=True)
        if aside.exists():
            aside.rename(here)
    log.warning("rebuild failed, the old lake is in its place again", lake=str(here))
