# ruff: noqa: S608 -- names of tables and columns are those that the mart declares, quoted
"""Which rows of an indicator a sheet holds: what the corridor's own countries recorded, then the latest periods."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from warehouse.extract.published import quoted
from warehouse.extract.wording import count, listed, text

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from warehouse.extract.published import Published, Series

OWN_ROWS = 25_000
SHEET_ROWS = 5_000
RECORDERS = ("reporter", "exporter", "importer")
CORRIDOR = "select distinct country from post where pair is not null order by country"


@dataclass(frozen=True, slots=True)
class Choice:
    """The rows of a sheet: ``where`` they are, how many of how many, and from which period on (own, others)."""

    where: str
    rows: int
    total: int
    own: date | None
    others: date | None
    mixed: bool
    own_whole: bool

    def says(self, mart: Published, language: str, file: str) -> str:
        """Return the sentence that tells a reader what is here and where the rest is."""
        facts = {"rows": count(language, self.rows), "total": count(language, self.total), "file": file}
        if self.total == 0:
            return text(language, "rows.none")
        if self.rows in (0, self.total):
            return text(language, "rows.all" if self.rows else "rows.nothing", **facts)
        return text(language, "rows.part", parts="; ".join(self._parts(mart, language)), **facts)

    def _parts(self, mart: Published, language: str) -> list[str]:
        own = text(
            language,
            "rows.own_all" if self.own_whole else "rows.own",
            countries=listed(language, _countries(mart, language)),
            since=self.own,
        )
        others = text(language, "rows.others" if self.mixed else "rows.since", since=self.others)
        return [part for part, since in ((own, self.own), (others, self.others)) if since]


def choice(mart: Published, series: Series) -> Choice:
    """Return which whole periods of ``series`` fit a sheet, latest first, the corridor's own before the others."""
    own = _own(mart, series)
    asked = f"select {own} as own, figure.period_first_day, count(*) from {series.table} as figure"
    blocks = mart.con.execute(f"{asked} group by all order by all desc").fetchall()
    mine = [(period, rows) for is_own, period, rows in blocks if is_own]
    rest = [(period, rows) for is_own, period, rows in blocks if not is_own]
    own_since, own_rows = _latest(mine, OWN_ROWS)
    since, rows = _latest(rest, SHEET_ROWS - own_rows)
    halves = ((own, own_since), (f"not {own}", since))
    parts = [f"{mark} and figure.period_first_day >= date '{day}'" for mark, day in halves if day]
    total = sum(rows for *_, rows in blocks)
    return Choice(
        " or ".join(f"({part})" for part in parts) or "false",
        own_rows + rows,
        total,
        own_since,
        since,
        bool(mine),
        own_rows == sum(rows for _, rows in mine),
    )


def _latest(blocks: Sequence[tuple[date, int]], room: int) -> tuple[date | None, int]:
    """Return the first of the latest periods that fit, and their rows."""
    since, taken = None, 0
    for period, rows in blocks:
        if taken + rows > room:
            break
        since, taken = period, taken + rows
    return since, taken


def _own(mart: Published, series: Series) -> str:
    """Return the SQL that tells rows which a country of the corridor recorded."""
    recorded = [column.name for column in series.columns if column.name in RECORDERS]
    if not recorded or "pair" not in mart.tables.get("post", ()):
        return "false"
    return "(" + " or ".join(f"figure.{quoted(name)} in ({CORRIDOR})" for name in recorded) + ")"


def _countries(mart: Published, language: str) -> list[str]:
    named = f"select name_{language} from country where country in ({CORRIDOR}) order by 1"
    return [name for (name,) in mart.con.execute(named).fetchall()]
