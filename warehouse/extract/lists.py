"""What explains the CSV files of a group, as CSV: the meaning of its indicators, and of their columns."""

from __future__ import annotations

from typing import TYPE_CHECKING

from warehouse.extract import comma, notes
from warehouse.extract.wording import moment, text

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from warehouse.extract.part import Part

INDICATORS, COLUMNS = "indicators.csv", "columns.csv"
TEXTS = ("title", "says", "denominator", "caveat", "source")
FACTS = ("unit", "coverage", "publishers", "licence", "first_period", "last_period", "rows", "held")
INDICATOR_HEAD = ("indicator", "file", *TEXTS, *FACTS, "as_of", "coverage_says", "extents", "warnings")
COLUMN_HEAD = ("indicator", "column", "label", "says", "unit", "kind")


def write(parts: Sequence[Part], folder: Path) -> Iterator[tuple[str, int]]:
    """Write both lists to ``folder``; yield their names and rows."""
    indicators = [_indicator(part) for part in parts if not part.changes]
    columns = [(part.series.id, *row[1:]) for part in parts for row in notes.columns(part)]
    con = parts[0].mart.con
    for name, heads, rows in ((INDICATORS, INDICATOR_HEAD, indicators), (COLUMNS, COLUMN_HEAD, columns)):
        comma.listing(con, heads, rows, folder / name)
        yield name, len(rows)


def _indicator(part: Part) -> tuple[str, ...]:
    facts = part.series.facts
    return (
        part.series.id,
        part.file.rpartition("/")[2],
        *(part.text(fact) for fact in TEXTS),
        *("" if facts[fact] is None else str(facts[fact]) for fact in FACTS),
        moment(facts["as_of"]),
        text(part.language, f"coverage.{facts['coverage']}"),
        "; ".join(facts["extents"]),
        "; ".join(facts["warnings"]),
    )
