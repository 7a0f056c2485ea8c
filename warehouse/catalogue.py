"""What the mart says of itself: a row for each indicator, and one for the file."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from puyango import reference
from transforms import lake
from warehouse import provenance, stale

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

    from warehouse.indicator import Indicator

TEXTS = ("title", "says", "denominator", "source", "caveat")
FACTS = ("unit", "owner", "severity", "confidentiality", "coverage")
LISTS = ("grain", "period", "method")


def present(con: DuckDBPyConnection, indicator: Indicator) -> bool:
    """Say whether the lake has the indicator in the form that its header describes."""
    return lake.columns(con, "gold", indicator.id).keys() == {column.name for column in indicator.header.columns}


def row(con: DuckDBPyConnection, indicator: Indicator) -> dict[str, Any]:
    """Return the facts of one indicator, whose table is already in the mart."""
    header = indicator.header
    return {
        "indicator": indicator.id,
        "subject": header.group,
        **{f"{text}_{language}": getattr(header, f"{text}_{language}") for text in TEXTS for language in ("en", "es")},
        **{fact: getattr(header, fact) for fact in FACTS},
        **{fact: list(getattr(header, fact)) for fact in LISTS},
        "reads": [f"{layer}.{table}" for layer, table in indicator.reads],
        **{f"unit_{language}": _unit(header.unit, f"meaning_{language}") for language in ("en", "es")},
        **provenance.facts(con, indicator),
        "held": "; ".join(_held(con, indicator)),
        **_extent(con, indicator),
    }


def about(con: DuckDBPyConnection, code_version: str) -> dict[str, Any]:
    """Return the facts of the file, whose other tables are already in it."""
    asked = "select max(as_of), sum(rows)::bigint, count(*) filter (rows > 0) from mart.catalogue"
    as_of, rows, indicators = con.execute(asked).fetchall()[0]
    (snapshot,) = con.execute("select id from lake.current_snapshot()").fetchall()[0]
    held = [f"{layer}.{table}: {why}" for layer, table, why in con.execute(stale.HELD).fetchall()]
    return {
        "as_of": as_of,
        "code_version": code_version,
        "lake_snapshot": snapshot,
        "indicators": indicators,
        "rows": rows,
        "held": held,
    }


def _held(con: DuckDBPyConnection, indicator: Indicator) -> list[str]:
    """Return what stops the indicator, itself or through others."""
    above = [reason for each in indicator.above for reason in _held(con, each)]
    return list(dict.fromkeys((*stale.held(con, indicator), *above)))


def _extent(con: DuckDBPyConnection, indicator: Indicator) -> dict[str, Any]:
    """Return what the mart holds of the indicator, and how many rows stay behind in the lake."""
    extent = f'min(period_first_day), max(period_first_day), max(as_of), count(*) from mart."{indicator.id}"'
    first, last, as_of, rows = con.execute(f"select {extent}").fetchall()[0]
    whole = f'lake.gold."{indicator.id}"' if present(con, indicator) else f'mart."{indicator.id}"'
    (all_rows,) = con.execute(f"select count(period_first_day) from {whole}").fetchall()[0]  # noqa: S608 -- declared name
    return {"first_period": first, "last_period": last, "as_of": as_of, "rows": rows, "withheld": all_rows - rows}


def _unit(unit: str, meaning: str) -> str:
    return reference.mapping("units", "unit", meaning).get(unit, unit)
