"""Generations of the lake: a rebuild makes the next one aside, in a folder of its own, and one rename puts it in force.

The first lies in ``lake/`` itself, the others in ``lake/2``, ``lake/3`` and so on; ``lake/current`` names the one
in force. So what is not in force and has a higher number was never finished, and what has a lower one was kept.
"""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

from puyango import durable
from puyango.settings import Settings
from transforms import catalogue

if TYPE_CHECKING:
    from pathlib import Path

FIRST = 1


class Aside(Settings):
    """The settings of a lake that is being made: all others are those of the one in force."""

    generation: int

    @property
    def lake(self) -> Path:
        """Its own folder."""
        return super().lake / str(self.generation)


def current(settings: Settings) -> int:
    """Return the number of the lake in force."""
    here = catalogue.home(settings)
    return FIRST if here == settings.lake.resolve() else int(here.name)


def aside(settings: Settings) -> Aside:
    """Return the settings of the next lake; what a killed rebuild left of it, or of a later one, is gone."""
    for number, _ in _others(settings):
        if number > current(settings):
            discard(_of(settings, number))
    return _of(settings, current(settings) + 1)


def kept(settings: Settings) -> list[Path]:
    """Return the folders of the lakes before the one in force that are still there, each with nothing else in it."""
    return [put_away(settings, folder) for number, folder in _others(settings) if number < current(settings)]


def put_away(settings: Settings, folder: Path) -> Path:
    """Return where the lake in ``folder``, no longer in force, lies by itself: the first one moves to ``lake/1``."""
    if folder.name.isdecimal():
        return folder
    own = settings.lake.resolve() / str(FIRST)
    own.mkdir(mode=0o750, exist_ok=True)
    for part in (*folder.glob(f"{catalogue.SQLITE}*"), folder / catalogue.DATA):
        if part.exists():
            part.rename(own / part.name)
    return own


def enforce(settings: Settings, new: Aside) -> None:
    """Put the lake of ``new`` in force, for whoever attaches from now on; call it under the committer's lock."""
    here = settings.lake.resolve()
    link = here / f".{catalogue.CURRENT}"
    try:
        link.unlink(missing_ok=True)
        link.symlink_to(str(new.generation))
        durable.sync_folder(new.lake)
        link.replace(here / catalogue.CURRENT)
        durable.sync_folder(here)
    except OSError as error:
        raise durable.refusal(error, here) from error
    catalogue.lock(new).unlink(missing_ok=True)


def discard(new: Aside) -> None:
    """Leave nothing of a lake that was not finished."""
    shutil.rmtree(new.lake, ignore_errors=True)
    catalogue.lock(new).unlink(missing_ok=True)


def drop(folder: Path) -> None:
    """Remove the lake in ``folder``, which is not in force; of the first, the catalogue and its files alone."""
    for file in folder.glob(f"{catalogue.SQLITE}*"):
        file.unlink(missing_ok=True)
    shutil.rmtree(folder / catalogue.DATA, ignore_errors=True)
    if folder.name.isdecimal():
        shutil.rmtree(folder, ignore_errors=True)


def _of(settings: Settings, number: int) -> Aside:
    return Aside(**settings.model_dump(), generation=number)


def _others(settings: Settings) -> list[tuple[int, Path]]:
    """Return number and folder of every lake that is not in force."""
    here = settings.lake.resolve()
    numbered = [(int(path.name), path) for path in here.glob("*") if path.name.isdecimal() and path.is_dir()]
    first = [(FIRST, here)] if (here / catalogue.SQLITE).exists() or (here / catalogue.DATA).exists() else []
    return [(number, path) for number, path in sorted(first + numbered) if number != current(settings)]
