"""The sheets of a workbook that explain: contents, notes, columns; and the same as lists for programs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from warehouse.extract import notices
from warehouse.extract.wording import count, moment, text

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from warehouse.extract.part import Part
    from warehouse.extract.published import Column, Published

GENERAL = ("codes", "names", "blank", "rounding", "text", "statuses")
STATED = ("title", "says", "denominator", "caveat", "source")
KINDS = {"VARCHAR": "text", "DATE": "date", "TIMESTAMP": "instant", "BOOLEAN": "boolean"}
Note = tuple[str, str, str]


def general(mart: Published, language: str, parts: Sequence[Part]) -> Iterator[Note]:
    """Yield what holds for all sheets, then whose figures they are and under which terms: subject and text."""
    everywhere = text(language, "notes.general")
    for key in GENERAL:
        yield everywhere, text(language, f"general.{key}"), text(language, f"general.{key}_says")
    for name in sorted({source for part in parts for source in part.series.sources}):
        facts = mart.sources.get(name, {})
        subject = text(language, "notes.source", source=name)
        if facts.get("publisher"):
            yield everywhere, subject, text(language, "note.licence_says", **facts)
        if facts.get("obtained"):
            yield everywhere, f"{subject}: {text(language, 'note.obtained')}", str(facts["obtained"])
        if notice := notices.notice(name):
            yield everywhere, f"{subject}: {text(language, 'note.notice')}", " ".join(notice.split())


def of(part: Part) -> Iterator[Note]:
    """Yield what the catalogue says of one indicator: sheet, subject and text."""
    for subject, said in _said(part):
        if said:
            yield part.sheet, text(part.language, f"note.{subject}"), said


def columns(part: Part) -> Iterator[tuple[str, ...]]:
    """Yield sheet, name, label, meaning, unit and kind of each column of the indicator's CSV."""
    for field in part.fields:
        column = field.column
        says = column.says.get(part.language, "")
        yield part.sheet, column.name, field.label, says, column.unit, text(part.language, f"kind.{_kind(column)}")


def _said(part: Part) -> Iterator[tuple[str, str]]:
    facts, language = part.series.facts, part.language
    yield "held", facts["held"] or ""
    for subject in STATED[:2]:
        yield subject, part.text(subject)
    yield "unit", f"{facts['unit']}: {part.text('unit')}"
    for subject in STATED[2:]:
        yield subject, part.text(subject)
    yield "coverage", text(language, f"coverage.{facts['coverage']}")
    yield "publishers", facts["publishers"]
    yield "licence", facts["licence"]
    yield "extents", "\n".join(facts["extents"])
    yield "grain", ", ".join(facts["grain"])
    yield "method", "\n".join(_rules(part))
    yield "as_of", moment(facts["as_of"])
    for column in part.series.columns:
        if column.name in ("obs_status", "conf_status"):
            yield column.name, column.says[language]
    yield "warnings", "\n".join(facts["warnings"])
    yield "withheld", count(language, facts["withheld"])
    yield "owner", facts["owner"]


def _rules(part: Part) -> Iterator[str]:
    """Yield each rule that the indicator follows, with what it asks for where the mart says it."""
    named = {row["rule"]: row[f"says_{part.language}"] for row in part.mart.rows("from rule")}
    for rule in part.series.facts["method"]:
        yield f"{rule}: {named[rule]}" if rule in named else rule


def _kind(column: Column) -> str:
    return "number" if column.decimals is not None else KINDS.get(column.kind, "text")
