# ruff: noqa: S608 -- names of tables and columns are those that the mart declares, quoted
"""A published mart as an extract reads it: its indicators and what they say of themselves."""

from __future__ import annotations

import re
from contextlib import contextmanager
from dataclasses import dataclass
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

import duckdb

from puyango.errors import InputUnfit, JudgementFailed

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from duckdb import DuckDBPyConnection

FREE = "F"
SMALL: dict[str, str | bool | int | float | list[str]] = {"threads": 1, "memory_limit": "256MB"}
COMMENT = re.compile(r"(?P<en>.*?) — (?P<es>.*?)(?: \[(?P<unit>[^\[\]]+)\])?", re.DOTALL)
CLAUSE = re.compile(r"[.;:,](?=\s|$)")
OPEN = re.compile(r" \([^)]*$")
REMEDY = "Publish a mart with this version of the program."


@dataclass(frozen=True, slots=True)
class Column:
    """A column as the mart's comments describe it; ``decimals`` is None where it holds no number."""

    name: str
    kind: str
    says: Mapping[str, str]
    unit: str = ""

    def label(self, language: str) -> str:
        """Return the first clause of the description, short enough for a head."""
        return OPEN.sub("", CLAUSE.split(self.says[language])[0])

    @property
    def decimals(self) -> int | None:
        """Decimals of a number."""
        if self.kind.startswith("DECIMAL"):
            return int(self.kind.rstrip(")").partition(",")[2])
        return 0 if self.kind.endswith("INT") else None


@dataclass(frozen=True, slots=True)
class Series:
    """One indicator: its row of the catalogue, its columns, and its ``table`` as SQL reads from it."""

    id: str
    group: str
    facts: Mapping[str, Any]
    columns: tuple[Column, ...]
    sources: tuple[str, ...]
    table: str

    @property
    def order(self) -> str:
        """The columns that name one row, as SQL orders its ``figure`` by them."""
        return ", ".join(f"figure.{quoted(name)}" for name in self.facts["grain"])

    def text(self, fact: str, language: str) -> str:
        """Return a fact that is stated in both languages."""
        return str(self.facts[f"{fact}_{language}"] or "")


@dataclass(frozen=True, slots=True)
class Published:
    """A mart that is open: ``about`` the file, its ``series`` by group and name, its ``tables`` with their columns."""

    con: DuckDBPyConnection
    about: Mapping[str, Any]
    series: tuple[Series, ...]
    sources: Mapping[str, Mapping[str, Any]]
    tables: Mapping[str, tuple[str, ...]]

    @property
    def groups(self) -> tuple[str, ...]:
        """Its groups of indicators."""
        return tuple(dict.fromkeys(each.group for each in self.series))

    def rows(self, query: str) -> list[dict[str, Any]]:
        """Return the rows of ``query``."""
        return rows(self.con, query)


@contextmanager
def reading(mart: Path) -> Iterator[Published]:
    """Open ``mart`` read-only; raises ``InputUnfit`` for what is no mart, ``JudgementFailed`` for a figure not free."""
    if not mart.is_file():
        raise InputUnfit(f"there is no mart {mart}", "Publish one: puyango publish.")
    with TemporaryDirectory() as spill:
        try:
            con = duckdb.connect(str(mart), read_only=True, config={**SMALL, "temp_directory": spill})
        except duckdb.IOException as error:
            raise InputUnfit(f"{mart} is no mart: {str(error).splitlines()[0]}", REMEDY) from error
        with con:
            yield _published(con, mart)


def quoted(name: str) -> str:
    """Return ``name`` as SQL writes a name."""
    escaped = name.replace('"', '""')
    return f'"{escaped}"'


def described(con: DuckDBPyConnection, table: str) -> tuple[Column, ...]:
    """Return the columns of ``table`` with what their comments say."""
    asked = "select column_name, data_type, comment from duckdb_columns() where table_name = ? order by column_index"
    return tuple(_column(*row) for row in con.execute(asked, [table]).fetchall())


def rows(con: DuckDBPyConnection, query: str) -> list[dict[str, Any]]:
    """Return the rows of ``query``, by name of column."""
    found = con.execute(query)
    names = [column[0] for column in found.description]
    return [dict(zip(names, row, strict=True)) for row in found.fetchall()]


def _published(con: DuckDBPyConnection, mart: Path) -> Published:
    listed = "select table_name, list(column_name order by column_index) from duckdb_columns() group by table_name"
    try:
        (about,) = rows(con, "from about")
        series = tuple(_series(con, facts) for facts in rows(con, "from catalogue order by subject, indicator"))
        sources = {row["source"]: row for row in rows(con, "from source order by source")}
    except (duckdb.CatalogException, duckdb.BinderException, ValueError) as error:
        raise InputUnfit(f"{mart} is not made as a mart: {str(error).splitlines()[0]}", REMEDY) from error
    return Published(con, about, series, sources, dict(con.execute(listed).fetchall()))


def _series(con: DuckDBPyConnection, facts: dict[str, Any]) -> Series:
    id_ = facts["indicator"]
    held = f"select count(*) from {quoted(id_)} where conf_status is distinct from '{FREE}'"
    (kept,) = con.execute(held).fetchall()[0]
    if kept:
        raise JudgementFailed(f"{id_}: {kept:,} rows are not for publication", "Publish the mart again; nothing left.")
    sources = con.execute(f"select distinct source from {quoted(id_)} order by source").fetchall()
    found = tuple(source for (source,) in sources)
    return Series(id_, facts["subject"], facts, described(con, id_), found, quoted(id_))


def _column(name: str, kind: str, comment: str | None) -> Column:
    said = COMMENT.fullmatch(comment or "")
    if said is None:
        return Column(name, kind, {"en": comment or name, "es": comment or name})
    return Column(name, kind, {"en": said["en"], "es": said["es"]}, said["unit"] or "")
