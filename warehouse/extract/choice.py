# ruff: noqa: S608 -- names of tables and columns are those that the mart declares, quoted
"""Which rows of an indicator a sheet holds: what the corridor's own countries recorded, then the latest periods."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from warehouse.extract.published import quoted
from warehouse.extract.wording import count, listed, text

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import date

    from warehouse.extract.published import Published, Series

OWN_ROWS = 25_000
SHEET_ROWS = 5_000
RECORDERS = ("reporter", "exporter", "importer")
CORRIDOR = "select distinct country from post where pair is not null order by country"


@dataclass(frozen=True, slots=True)
class Half:
    """The rows of the corridor's own countries, or those of the others: the latest periods that fit, from ``since``."""

    total: int
    rows: int
    since: date | None


@dataclass(frozen=True, slots=True)
class Choice:
    """The rows of a sheet: ``where`` they are, and how many of how many."""

    where: str
    own: Half
    others: Half

    @property
    def rows(self) -> int:
        """Rows in the sheet."""
        return self.own.rows + self.others.rows

    @property
    def total(self) -> int:
        """Rows in the mart."""
        return self.own.total + self.others.total

    def says(self, mart: Published, language: str, file: str) -> str:
        """Return the sentence that tells a reader what is here and where the rest is."""
        facts = {"rows": count(language, self.rows), "total": count(language, self.total), "file": file}
        if self.total == 0:
            return text(language, "rows.none")
        if self.rows in (0, self.total):
            return text(language, "rows.all" if self.rows else "rows.nothing", **facts)
        return text(language, "rows.part", parts="; ".join(self._parts(mart, language)), **facts)

    def _parts(self, mart: Published, language: str) -> Iterator[str]:
        if not self.own.total:
            yield text(language, "rows.since", since=self.others.since)
            return
        key = "rows.own_all" if self.own.rows == self.own.total else "rows.own"
        countries = listed(language, _countries(mart, language))
        yield text(language, key, countries=countries, since=self.own.since)
        if self.others.total:
            key = "rows.others" if self.others.rows else "rows.others_none"
            yield text(language, key, since=self.others.since)


def choice(mart: Published, series: Series) -> Choice:
    """Return which whole periods of ``series`` fit a sheet, latest first, the corridor's own before the others."""
    mine = _own(mart, series)
    asked = f"select {mine} as own, figure.period_first_day, count(*) from {series.table} as figure"
    blocks = mart.con.execute(f"{asked} group by all order by all desc").fetchall()
    own = _latest([(period, rows) for is_own, period, rows in blocks if is_own], OWN_ROWS)
    others = _latest([(period, rows) for is_own, period, rows in blocks if not is_own], SHEET_ROWS - own.rows)
    halves = ((mine, own.since), (f"not {mine}", others.since))
    parts = [f"({mark} and figure.period_first_day >= date '{since}')" for mark, since in halves if since]
    return Choice(" or ".join(parts) or "false", own, others)


def _latest(blocks: Sequence[tuple[date, int]], room: int) -> Half:
    """Return the latest whole periods that fit."""
    since, taken = None, 0
    for period, rows in blocks:
        if taken + rows > room:
            break
        since, taken = period, taken + rows
    return Half(sum(rows for _, rows in blocks), taken, since)


def _own(mart: Published, series: Series) -> str:
    """Return the SQL that tells rows which a country of the corridor recorded."""
    recorded = [column.name for column in series.columns if column.name in RECORDERS]
    if not recorded or "pair" not in mart.tables.get("post", ()):
        return "false"
    return "(" + " or ".join(f"figure.{quoted(name)} in ({CORRIDOR})" for name in recorded) + ")"


def _countries(mart: Published, language: str) -> list[str]:
    named = f"select name_{language} from country where country in ({CORRIDOR}) order by 1"
    return [name for (name,) in mart.con.execute(named).fetchall()]
