"""What the mart says of itself: a row for each indicator, and one for the file."""

from __future__ import annotations

from datetime import UTC
from typing import TYPE_CHECKING, Any

from puyango import reference
from warehouse import provenance, stale
from warehouse.edition import PUBLICATION

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from duckdb import DuckDBPyConnection

    from warehouse.edition import Edition
    from warehouse.indicator import Indicator
    from warehouse.provenance import Warned

TEXTS = ("title", "says", "denominator", "source", "caveat")
FACTS = ("unit", "owner", "severity", "confidentiality", "coverage")
LISTS = ("grain", "period", "method")
COLUMNS = "select column_name from duckdb_columns() where database_name = ? and schema_name = ? and table_name = ?"


def present(con: DuckDBPyConnection, table: str, indicator: Indicator) -> bool:
    """Say whether ``table`` is there and has the form that the indicator's header describes."""
    database, schema, _ = table.replace('"', "").split(".")
    found = {name for (name,) in con.execute(COLUMNS, [database, schema, indicator.id]).fetchall()}
    return found == {column.name for column in indicator.header.columns}


def rows(con: DuckDBPyConnection, indicators: Iterable[Indicator], edition: Edition) -> list[dict[str, Any]]:
    """Return the facts of each indicator, whose table is already in the mart; only what was published was judged."""
    warned = provenance.warned(con) if edition.kind == PUBLICATION else []
    return [_row(con, indicator, edition, warned) for indicator in indicators]


def _row(con: DuckDBPyConnection, indicator: Indicator, edition: Edition, warned: Sequence[Warned]) -> dict[str, Any]:
    header = indicator.header
    return {
        "indicator": indicator.id,
        "subject": header.group,
        **{f"{text}_{language}": getattr(header, f"{text}_{language}") for text in TEXTS for language in ("en", "es")},
        **{fact: getattr(header, fact) for fact in FACTS},
        **{fact: list(getattr(header, fact)) for fact in LISTS},
        "reads": [f"{layer}.{table}" for layer, table in indicator.reads],
        **{f"unit_{language}": _unit(header.unit, f"meaning_{language}") for language in ("en", "es")},
        **provenance.facts(con, indicator, warned),
        "held": "; ".join(stale.stopped(edition.stops, indicator)),
        "figures_of": edition.standing.get(indicator.id, edition.vintage),
        **_extent(con, indicator, edition),
    }


def about(con: DuckDBPyConnection, edition: Edition) -> dict[str, Any]:
    """Return the facts of the file, whose other tables are already in it."""
    asked = "select sum(rows)::bigint, count(*) filter (rows > 0) from mart.catalogue"
    rows, indicators = con.execute(asked).fetchall()[0]
    return {
        "kind": edition.kind,
        "vintage": edition.vintage,
        "previous": edition.previous,
        "as_of": edition.as_of.astimezone(UTC).replace(tzinfo=None),
        "code_version": edition.code_version,
        "lake_snapshot": edition.snapshot,
        "indicators": indicators,
        "rows": rows,
        "held": edition.held,
    }


def _extent(con: DuckDBPyConnection, indicator: Indicator, edition: Edition) -> dict[str, Any]:
    """Return what the mart holds of the indicator, and how many rows stay behind."""
    extent = f'min(period_first_day), max(period_first_day), max(as_of), count(*) from mart."{indicator.id}"'
    first, last, as_of, rows = con.execute(f"select {extent}").fetchall()[0]
    whole = edition.gold(indicator.id)
    stands = indicator.id in edition.standing or not present(con, whole, indicator)
    source = f'mart."{indicator.id}"' if stands else whole
    (all_rows,) = con.execute(f"select count(period_first_day) from {source}").fetchall()[0]  # noqa: S608 -- declared name
    return {"first_period": first, "last_period": last, "as_of": as_of, "rows": rows, "withheld": all_rows - rows}


def _unit(unit: str, meaning: str) -> str:
    return reference.mapping("units", "unit", meaning).get(unit, unit)
