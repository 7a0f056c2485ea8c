"""Whether the segments follow one another, byte for byte as they were landed."""

from __future__ import annotations

from typing import TYPE_CHECKING

import streams.families
from dags.doctor.finding import Finding, fault, note
from puyango.errors import PuyangoError
from puyango.members import members
from streams.landing import Landing
from streams.segments import digest
from transforms import catalogue, lake

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from puyango.settings import Settings
    from streams.segments.partition import Partition
    from streams.segments.segment import Segment

SAYS = "Every segment follows the one before, and its bytes are those that were landed."

DAMAGED = "Restore the file from the backup of the landing; never delete or renumber one."
COLLECTED = "select path, sha256 from ops.segment"


def examine(settings: Settings) -> Iterator[Finding]:
    """Read every segment anew and compare its sha256 with what its follower's footer and the ledger say of it."""
    landing = Landing(settings.landing)
    ledger = _ledger(settings)
    for module in members(streams.families):
        for _, _, place in landing.places(module.CONTRACT.name):
            try:
                yield from _place(settings, place, ledger)
            except PuyangoError as error:
                yield Finding.of(error)
    yield from _lost(settings, ledger)


def _ledger(settings: Settings) -> dict[str, str]:
    """Return the sha256 of each collected segment by its path in the landing; a lake that is missing is not asked."""
    if not catalogue.path(settings).exists():
        return {}
    with lake.reading(settings) as con:
        return dict(con.execute(COLLECTED).fetchall())


def _place(settings: Settings, place: Partition, ledger: dict[str, str]) -> Iterator[Finding]:
    previous: Segment | None = None
    found = ""
    for segment in place.scan():
        if segment.first != (previous.next if previous else 0) or segment.previous_sha256 != found:
            what = f"{segment.path} does not follow {previous.path.name if previous else 'the beginning of its log'}"
            yield fault(f"{what}: a segment before it was changed or is missing", DAMAGED)
        found = digest.fresh(segment.path)
        landed = ledger.get(_name(settings, segment.path), found)
        if found != landed:
            yield fault(f"{segment.path} has sha256 {found}, but was collected with {landed}", DAMAGED)
        previous = segment
    if ledger and previous and _name(settings, previous.path) not in ledger:
        yield note(f"{previous.path} has landed and is not collected", "Run puyango collect, or wait for the sweep.")


def _lost(settings: Settings, ledger: dict[str, str]) -> Iterator[Finding]:
    for name in sorted(ledger):
        if not (settings.landing / name).exists():
            yield fault(f"{settings.landing / name} was collected and is not in the landing", DAMAGED)


def _name(settings: Settings, path: Path) -> str:
    return path.relative_to(settings.landing).as_posix()
