"""One indicator in one language: its columns, the rows of its sheet, and the file that holds all of them."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING

from warehouse.extract.choice import choice
from warehouse.extract.fields import fields
from warehouse.extract.revisions import TABLE, revisions
from warehouse.extract.wording import LANGUAGES, text

if TYPE_CHECKING:
    from collections.abc import Iterator

    from warehouse.extract.choice import Choice
    from warehouse.extract.fields import Field
    from warehouse.extract.published import Published, Series

LARGE_ROWS = 100_000
NAME = 31


@dataclass(frozen=True, slots=True)
class Part:
    """What the files of an indicator are made from; ``file`` is its CSV below the folder of the vintage."""

    mart: Published
    series: Series
    language: str
    fields: tuple[Field, ...]
    choice: Choice
    file: str

    @property
    def sheet(self) -> str:
        """Return the name of its sheet: a spreadsheet allows 31 characters."""
        if self.changes:
            return text(self.language, "sheet.changes")
        id_ = self.series.id
        return id_ if len(id_) <= NAME else f"{id_[: NAME - 5]}~{hashlib.sha256(id_.encode()).hexdigest()[:4]}"

    @property
    def licences(self) -> tuple[str, ...]:
        """Return the licences of the sources whose figures are in it."""
        stated = (self.mart.sources.get(source, {}).get("licence") for source in self.series.sources)
        return tuple(dict.fromkeys(licence for licence in stated if licence))

    @property
    def changes(self) -> bool:
        """Say whether it tells of changes, and is no indicator."""
        return self.series.id == TABLE

    @property
    def rows_said(self) -> str:
        """Return which of its rows the sheet holds, and where all are."""
        if self.changes and not self.choice.total:
            return text(self.language, "rows.unchanged")
        return self.choice.says(self.mart, self.language, self.file)

    def text(self, fact: str) -> str:
        """Return what the catalogue says of it in the language."""
        return self.series.text(fact, self.language)


def parts(mart: Published) -> Iterator[Part]:
    """Yield every indicator of the mart in every language, by language and group, a group's changes after it."""
    known = sorted((*mart.series, *revisions(mart)), key=lambda each: (each.group, each.id == TABLE))
    chosen = [(series, choice(mart, series)) for series in known]
    for language in LANGUAGES:
        for series, rows in chosen:
            ending = ".csv.gz" if rows.total > LARGE_ROWS else ".csv"
            file = f"{language}/{series.group}/{series.id}{ending}"
            yield Part(mart, series, language, fields(mart, series, language), rows, file)
