"""The register of vintages: one line each, and each holds the sha256 of the line before, so no line can change unseen.

It lies beside the extracts and outlives the lake: a rebuild makes the figures again, never what was published.
"""

from __future__ import annotations

import difflib
import hashlib
import json
from typing import TYPE_CHECKING, Any

from puyango import durable
from puyango.errors import OperatorNeeded, UsageRefused
from warehouse.vintage import Vintage, line

if TYPE_CHECKING:
    from pathlib import Path

    from puyango.settings import Settings

NAME = "register.jsonl"
BEFORE = "previous_sha256"
REMEDY = "Nothing was published. Restore the register from its backup; a vintage is never taken out of it."


class RegisterBroken(OperatorNeeded):
    """The lines of the register do not follow one another."""

    code = "register_broken"


def path(settings: Settings) -> Path:
    """Return where the register lies."""
    return settings.extracts / NAME


def read(settings: Settings) -> list[Vintage]:
    """Return every vintage in the order of publication; raises ``RegisterBroken`` naming the first wrong line."""
    vintages: list[Vintage] = []
    before = ""
    for number, raw in enumerate(_lines(path(settings)), start=1):
        where = f"{path(settings)} line {number}"
        facts = _facts(where, raw)
        if facts.pop(BEFORE, None) != before:
            raise RegisterBroken(f"{where} does not follow line {number - 1}: one of the two was changed", REMEDY)
        vintages.append(_vintage(where, facts))
        if vintages[-1].previous != (vintages[-2].name if number > 1 else ""):
            raise RegisterBroken(f"{where} names {vintages[-1].previous or 'nothing'} as the vintage before it", REMEDY)
        before = _sha256(raw)
    return vintages


def find(settings: Settings, name: str) -> Vintage:
    """Return the vintage of that name, or of that folder name; raises ``UsageRefused`` naming the nearest."""
    known = {spelling: each for each in read(settings) for spelling in (each.name, each.folder)}
    if name in known:
        return known[name]
    if not known:
        raise UsageRefused(f"there is no vintage {name}: nothing is published yet", "Run puyango publish first.")
    names = [each.name for each in known.values()]
    near = difflib.get_close_matches(name, dict.fromkeys(names), n=3, cutoff=0.3) or names[-1:]
    raise UsageRefused(f"there is no vintage {name}", f"Nearest: {', '.join(near)}. List them: puyango vintages")


def append(settings: Settings, vintage: Vintage) -> None:
    """Add the line of ``vintage``, durably and at once: a reader sees the lines before or those with it."""
    lines = _lines(path(settings))
    lines.append(line({**vintage.facts(), BEFORE: _sha256(lines[-1]) if lines else ""}))

    def put(aside: Path) -> None:
        aside.write_text("".join(f"{each}\n" for each in lines), encoding="utf-8", newline="\n")

    durable.replace(path(settings), put, mode=0o440)


def _lines(file: Path) -> list[str]:
    try:
        text = file.read_text(encoding="utf-8")
    except FileNotFoundError:
        return []
    except UnicodeDecodeError as error:
        raise RegisterBroken(f"{file} is not UTF-8 at byte {error.start}", REMEDY) from None
    if text and not text.endswith("\n"):
        raise RegisterBroken(f"{file}: the last line is cut off", REMEDY)
    return text.split("\n")[:-1]


def _facts(where: str, raw: str) -> dict[str, Any]:
    try:
        facts = json.loads(raw)
    except json.JSONDecodeError as error:
        raise RegisterBroken(f"{where} is not JSON: {error}", REMEDY) from None
    if not isinstance(facts, dict) or line(facts) != raw:
        raise RegisterBroken(f"{where} is not spelled as the register spells", REMEDY)
    return facts


def _vintage(where: str, facts: dict[str, Any]) -> Vintage:
    try:
        return Vintage.of(facts)
    except (TypeError, KeyError, ValueError) as error:
        raise RegisterBroken(f"{where} does not tell of a vintage: {error}", REMEDY) from None


def _sha256(raw: str) -> str:
    return hashlib.sha256(raw.encode()).hexdigest()
