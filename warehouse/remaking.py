"""Figures as they were known at a moment, and vintages made again: from their snapshot and from their events."""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import TYPE_CHECKING

from puyango import durable
from transforms import lake
from transforms.table import declared
from warehouse import archive, entry, look, mart, register, version
from warehouse.edition import AS_OF, REMADE, Edition

if TYPE_CHECKING:
    from datetime import datetime
    from pathlib import Path

    from puyango.settings import Settings
    from warehouse.look import Look
    from warehouse.vintage import Vintage


@dataclass(frozen=True, slots=True)
class Remade:
    """A vintage made again: the hash of its figures by way, and where the one made from its events lies.

    The ``ways`` are ``events`` and, if the lake still has it, ``snapshot``.
    """

    vintage: Vintage
    path: Path
    ways: dict[str, str]
    same_program: bool

    @property
    def equal(self) -> bool:
        """Whether every way gives what was published."""
        return set(self.ways.values()) == {self.vintage.figures}


def as_of(settings: Settings, asked: datetime, now: datetime) -> Look:
    """Make silver and figures as they were known at ``asked``, in a folder of their own."""
    made = look.settled_as_of(settings, asked, now, declared())
    with lake.reading(settings) as con:
        snapshot, _, _ = entry.current(con)
    program = version.code_version()
    edition = Edition(
        kind=AS_OF, vintage="", as_of=asked, code_version=program, snapshot=snapshot, database=look.DATABASE
    )
    look.build(settings, made, edition)
    return made


def remade(settings: Settings, vintage: Vintage) -> Remade:
    """Make ``vintage`` again by every way; if its mart was lost and this one says the same, it takes its place."""
    before = _before(settings, vintage)
    made = look.settled_of(settings, vintage)
    ways = {"events": look.build(settings, made, _edition(vintage, look.DATABASE), before).figures}
    with lake.reading(settings) as con:
        there = entry.there(con, vintage)
    if there:
        ways["snapshot"] = _from_snapshot(settings, vintage, durable.aside(made.mart), before)
    lost = archive.path(settings, vintage)
    if ways["events"] == vintage.figures and not lost.exists():
        durable.create(lost, lambda aside: os.link(made.mart, aside), mode=0o444)
    return Remade(vintage, made.mart, ways, same_program=vintage.code_version == version.code_version())


def _before(settings: Settings, vintage: Vintage) -> Path | None:
    """Return the mart from which the figures that stood still in ``vintage`` were taken."""
    if not any(vintage.standing.values()):
        return None
    return archive.kept(settings, register.find(settings, vintage.previous))


def _from_snapshot(settings: Settings, vintage: Vintage, path: Path, before: Path | None) -> str:
    """Return the hash of the figures in the snapshot of ``vintage``; the mart made for it is gone afterwards."""
    try:
        with (
            entry.reading(settings, vintage.snapshot) as con,
            archive.attached(con, before),
            mart.writing(con, path),
        ):
            return mart.write(con, _edition(vintage, "lake")).figures
    finally:
        path.unlink(missing_ok=True)


def _edition(vintage: Vintage, database: str) -> Edition:
    return Edition(
        kind=REMADE,
        vintage=vintage.name,
        as_of=vintage.as_of,
        code_version=version.code_version(),
        snapshot=vintage.snapshot,
        previous=vintage.previous,
        standing=vintage.standing,
        database=database,
    )
