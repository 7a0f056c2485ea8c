"""What stands in the columns of an extract: those of the indicator, and beside each code its name."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from warehouse.extract.published import Column, quoted
from warehouse.extract.wording import text

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from warehouse.extract.published import Published, Series

NAMES = Path(__file__).parent / "names.toml"
ENGLISH = "_en"
WORDS = ("_T", "_U", "_Z")
TEXT = "VARCHAR"


@dataclass(frozen=True, slots=True)
class Field:
    """One column: its description, its head in the language, and the SQL that gives it (and, if need be, its join)."""

    column: Column
    label: str
    value: str
    join: str = ""

    @property
    def text(self) -> bool:
        """Say whether it holds text."""
        return self.column.kind == TEXT


def fields(mart: Published, series: Series, language: str) -> tuple[Field, ...]:
    """Return the columns of an extract of ``series``, names in ``language`` after their codes."""
    return tuple(_fields(mart, series, language))


def source(series: Series, chosen: tuple[Field, ...]) -> str:
    """Return the SQL after ``from`` that the values of ``chosen`` are read from."""
    return " ".join((f"{series.table} as figure", *(each.join for each in chosen if each.join)))


def _fields(mart: Published, series: Series, language: str) -> Iterator[Field]:
    for column in series.columns:
        unit = f" [{column.unit}]" if column.unit else ""
        yield Field(column, f"{column.label(language)}{unit}", f"figure.{quoted(column.name)}")
        naming = [
            table for table, facts in _named().items() if column.name in facts["columns"] and table in mart.tables
        ]
        if naming:
            yield _name(mart, column, naming, language)


def _name(mart: Published, column: Column, tables: Sequence[str], language: str) -> Field:
    """Return the column of the names of a code, from the first of ``tables`` that has one.

    A name that only repeats its code is none.
    """
    found = {table: _title(mart, table, language) for table in tables}
    code = f"figure.{quoted(column.name)}"
    titles = ", ".join(f"{_alias(column, table)}.{quoted(title)}" for table, title in found.items())
    words = " ".join(f"when '{code}' then '{text(language, f'code.{code}')}'" for code in WORDS)
    kind = text(language, "name.english" if any(map(_english, found.values())) else "name.same")
    says = text(language, "name.says", column=column.name)
    return Field(
        Column(f"{column.name}_name", TEXT, {language: says}),
        f"{column.label(language)}: {kind}",
        f"case {code} {words} else nullif(coalesce({titles}), {code}) end",
        " ".join(_join(column, table) for table in tables),
    )


def _title(mart: Published, table: str, language: str) -> str:
    names = (name.format(language=language) for name in _named()[table]["names"])
    return str(next(name for name in names if name in mart.tables[table]))


def _english(title: str) -> bool:
    return title.endswith(ENGLISH)


def _join(column: Column, table: str) -> str:
    facts, alias = _named()[table], _alias(column, table)
    only = f" and {facts['only']}" if "only" in facts else ""
    return (
        f"left join {quoted(table)} as {alias} on {alias}.{quoted(facts['code'])} = figure.{quoted(column.name)}{only}"
    )


def _alias(column: Column, table: str) -> str:
    return quoted(f"{table} of {column.name}")


@cache
def _named() -> dict[str, dict[str, Any]]:
    return tomllib.loads(NAMES.read_text(encoding="utf-8"))
