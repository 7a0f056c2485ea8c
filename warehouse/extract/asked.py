"""The vintage that an extract is asked of."""

from __future__ import annotations

import difflib
from typing import TYPE_CHECKING

from puyango.errors import InputUnfit, UsageRefused
from warehouse import archive, register
from warehouse.extract.release import write

if TYPE_CHECKING:
    from pathlib import Path

    from puyango.settings import Settings


def of(settings: Settings, name: str = "") -> Path:
    """Leave the extract of the vintage ``name``, or of the last one, and return its manifest.

    Raises ``UsageRefused`` for an unknown vintage, with the nearest known.
    """
    known = {vintage.name: vintage for vintage in register.read(settings)}
    if not known:
        raise InputUnfit("nothing is published yet", "Run puyango publish first.")
    if name and name not in known:
        near = difflib.get_close_matches(name, known, n=1)
        hint = f"Did you mean {near[0]}? " if near else ""
        raise UsageRefused(f"there is no vintage {name[:80]!r}", f"{hint}See puyango vintages.")
    vintage = known[name or list(known)[-1]]
    return write(archive.kept(settings, vintage), vintage.name, settings.extracts)
