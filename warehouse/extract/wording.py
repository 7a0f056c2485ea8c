"""The sentences of an extract in the language of whoever receives it."""

from __future__ import annotations

import tomllib
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from datetime import datetime

TEXTS = Path(__file__).parent / "texts.toml"
LANGUAGES = ("es", "en")
THOUSANDS = {"es": "\N{NO-BREAK SPACE}", "en": ","}
AND = {"es": " y ", "en": " and "}


def text(language: str, key: str, **facts: object) -> str:
    """Return the sentence of ``key`` with ``facts`` in it."""
    found: str = _entry(key)[language]
    return found.format(**facts) if facts else found


def head(language: str, key: str) -> list[str]:
    """Return the heads of a table's columns."""
    found: list[str] = _entry(key)[language]
    return found


def group(language: str, name: str) -> str:
    """Return what the group ``name`` is called; a group without a name here keeps its own."""
    named: dict[str, dict[str, str]] = _texts()["group"]
    return named.get(name, {}).get(language, name)


def count(language: str, number: int) -> str:
    """Return ``number`` with its thousands apart, as the language writes them."""
    return f"{number:,}".replace(",", THOUSANDS[language])


def listed(language: str, words: list[str]) -> str:
    """Return ``words`` as a list in a sentence."""
    return AND[language].join(filter(None, (", ".join(words[:-1]), *words[-1:])))


def moment(at: datetime | None) -> str:
    """Return an instant in UTC as ISO 8601 writes it, blank where there is none."""
    return "" if at is None else f"{at.replace(tzinfo=None).isoformat()}Z"


def _entry(key: str) -> dict[str, Any]:
    entry: Any = _texts()
    for part in key.split("."):
        entry = entry[part]
    found: dict[str, Any] = entry
    return found


@cache
def _texts() -> dict[str, Any]:
    return tomllib.loads(TEXTS.read_text(encoding="utf-8"))
