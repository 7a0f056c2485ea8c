"""What the receiver reads first: what is here, how to open it, under which terms, and how to verify it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from warehouse.extract import notices
from warehouse.extract.manifest import File
from warehouse.extract.wording import LANGUAGES, group, moment, text

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from warehouse.extract.published import Published

NAMES = {"es": "LEEME.txt", "en": "README.txt"}


def write(mart: Published, vintage: str, folder: Path) -> Iterator[File]:
    """Write the letter in each language and the notices of the sources, and yield what was written."""
    for language in LANGUAGES:
        (folder / NAMES[language]).write_text(_letter(mart, vintage, language), encoding="utf-8")
        yield File(NAMES[language], language)
    for name, facts in mart.sources.items():
        if notice := notices.notice(name):
            path = folder / "licences" / f"{name}.txt"
            path.parent.mkdir(exist_ok=True)
            path.write_text(notice, encoding="utf-8")
            yield File(f"licences/{name}.txt", "en", licences=(facts["licence"],))


def _letter(mart: Published, vintage: str, language: str) -> str:
    groups = "".join(f"\n    {name:<18}{group(language, name)}" for name in mart.groups)
    licences = "".join(f"\n  {name:<20}{_terms(facts)}" for name, facts in mart.sources.items())
    return text(
        language,
        "letter",
        vintage=vintage,
        as_of=moment(mart.about["as_of"]),
        code_version=mart.about["code_version"],
        groups=groups.removeprefix("\n"),
        licences=licences.removeprefix("\n"),
    ).lstrip()


def _terms(facts: Mapping[str, object]) -> str:
    return "; ".join(str(facts[name]) for name in ("publisher", "licence") if facts[name])
