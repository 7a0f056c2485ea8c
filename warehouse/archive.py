"""The mart of each vintage, kept under its name; the published one is the same file by another name."""

from __future__ import annotations

import os
from contextlib import contextmanager
from typing import TYPE_CHECKING

from puyango import durable
from puyango.errors import InputUnfit
from transforms.engine import quoted
from warehouse import register

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from duckdb import DuckDBPyConnection

    from puyango.settings import Settings
    from warehouse.vintage import Vintage

SUFFIX = ".duckdb"


def folder(settings: Settings) -> Path:
    """Return the folder of the marts of all vintages."""
    return settings.mart.parent / "vintages"


def path(settings: Settings, vintage: Vintage) -> Path:
    """Return where the mart of ``vintage`` lies."""
    return folder(settings) / f"{vintage.folder}{SUFFIX}"


def kept(settings: Settings, vintage: Vintage) -> Path:
    """Return the mart of ``vintage``; raises ``InputUnfit`` if it is lost, with the command that makes it again."""
    found = path(settings, vintage)
    if not found.exists():
        remedy = f"Restore it, or make it again: puyango build --vintage {vintage.name}"
        raise InputUnfit(f"the mart of {vintage.name} is not in {found}", remedy)
    return found


def show(settings: Settings, vintage: Vintage) -> None:
    """Let the published mart be that of ``vintage``; whoever has the old one open keeps it."""
    source = kept(settings, vintage)
    if settings.mart.exists() and settings.mart.samefile(source):
        return
    durable.replace(settings.mart, lambda aside: os.link(source, aside), mode=0o444)


def tidy(settings: Settings, vintages: Sequence[Vintage]) -> None:
    """Remove the mart of a publication that was killed before anybody heard of it.

    A kill leaves one such mart. Where there are more, or where no vintage is known at all, it is the register that
    is lost: ``RegisterBroken``, for these may be the only copies.
    """
    known = {path(settings, vintage) for vintage in vintages}
    left = sorted(set(folder(settings).glob(f"*{SUFFIX}")) - known)
    if len(left) > 1 or (left and not vintages and settings.mart.exists()):
        fact = f"{folder(settings)} holds marts of vintages that nobody knows: {', '.join(each.stem for each in left)}"
        raise register.RegisterBroken(fact, register.REMEDY)
    for each in left:
        each.unlink()


@contextmanager
def attached(con: DuckDBPyConnection, mart: Path | None) -> Iterator[None]:
    """Let ``before`` be the mart ``mart`` on ``con``, read-only; nothing where there is none."""
    if mart is None:
        yield
        return
    con.execute(f"attach '{quoted(mart)}' as before (read_only)")
    try:
        yield
    finally:
        con.execute("detach before")
