"""Whether anything lies in the landing that nobody landed."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

import streams.families
from dags.doctor.finding import fault
from puyango.members import members
from streams.landing import CHAIN, PARTITION
from streams.segments.digest import NOTES
from streams.segments.leftovers import abandoned
from streams.segments.partition import SEGMENT
from streams.segments.replays import FOLDER

if TYPE_CHECKING:
    from collections.abc import Iterator

    from dags.doctor.finding import Finding
    from puyango.settings import Settings

SAYS = "Nothing lies in the landing that nobody landed."

LEAVE = "It is never read. Find out who put it there, then take it away."


def examine(settings: Settings) -> Iterator[Finding]:
    """Find files, folders and links that are no part of a chain, and what dead writers left."""
    families = {module.CONTRACT.name for module in members(streams.families)}
    for folder, folders, files in os.walk(settings.landing):
        here = Path(folder)
        place = here.relative_to(settings.landing).parts
        left = set(abandoned(here)) if place else set()
        for name in sorted(folders + files):
            path = here / name
            if path in left:
                yield fault(f"{path} was left by a writer that died", "The next puyango ingest removes it.")
            elif path.is_symlink() or not (_folder if name in folders else _file)(name, place, families):
                yield fault(f"{path} is no part of the landing", LEAVE)
        folders[:] = [name for name in folders if _folder(name, place, families)]


def _folder(name: str, place: tuple[str, ...], families: set[str]) -> bool:
    forms = (families.__contains__, CHAIN.fullmatch, PARTITION.fullmatch, FOLDER.__eq__)
    return len(place) < len(forms) and bool(forms[len(place)](name))


def _file(name: str, place: tuple[str, ...], families: set[str]) -> bool:
    """Say whether a file may lie at ``place``: a segment or the notes on their digests, in a partition's folder."""
    held = bool(place) and place[0] in families and place[-1] in (FOLDER, *place[2:3])
    return held and bool(SEGMENT.fullmatch(name) or name == NOTES)
