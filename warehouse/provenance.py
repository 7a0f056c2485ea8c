# ruff: noqa: S608 -- names of tables and columns come from declarations, never from input
"""Where the figures of the mart come from, read from the figures themselves, and what was said against them."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

from streams.sources.source import sources

if TYPE_CHECKING:
    from collections.abc import Iterable

    from duckdb import DuckDBPyConnection

    from warehouse.indicator import Indicator

Warned = tuple[str, str, str, int, int, str]
"""Layer, table, rule, rows that fail, rows examined, and what that means."""

FAILED = """
with last as (
    select layer, table_name, rule, severity, outcome, unexpected, examined, notes
    from lake.ops.verdict
    qualify batch = max(batch) over (partition by layer, table_name)
)
select layer, table_name, rule, unexpected, examined, notes
from last
where outcome = 'failed'
  and severity = 'warning'
order by all
"""
COUNTED = """
with last as (
    select severity, outcome
    from lake.ops.verdict
    qualify batch = max(batch) over (partition by layer, table_name)
)
select
    count(*) filter (outcome = 'passed'),
    count(*) filter (outcome = 'failed' and severity = 'warning'),
    count(*) filter (outcome = 'crashed' or (outcome = 'failed' and severity = 'critical'))
from last
"""


def facts(con: DuckDBPyConnection, indicator: Indicator, failed: Iterable[Warned]) -> dict[str, Any]:
    """Return whose figures the mart holds of the indicator, of which periods, and which warnings failed on the way."""
    present, known = _present(con, indicator), sources()
    shipped = [known[name] for name in present if name in known]
    return {
        "publishers": "; ".join(dict.fromkeys(source.publisher for source in shipped)),
        "licence": "; ".join(dict.fromkeys(source.licence for source in shipped)),
        "extents": _extents(con, indicator),
        "warnings": _warnings(failed, indicator),
    }


def warned(con: DuckDBPyConnection) -> list[Warned]:
    """Return every warning that failed when its table was last judged."""
    return con.execute(FAILED).fetchall()


def verdicts(con: DuckDBPyConnection) -> dict[str, int]:
    """Return how many rules passed, warned and stopped when each table was last judged."""
    return dict(zip(("passed", "warned", "stopped"), con.execute(COUNTED).fetchall()[0], strict=True))


def rows(con: DuckDBPyConnection, indicators: Iterable[Indicator]) -> list[dict[str, Any]]:
    """Return a row for each source of the figures in the mart; one that does not ship has no publisher here."""
    counts: Counter[str] = Counter()
    for indicator in indicators:
        counts.update(_present(con, indicator))
    known = sources()
    return [
        {"source": name, "rows": count}
        | {fact: getattr(known.get(name), fact, None) for fact in ("publisher", "licence", "says", "obtained")}
        for name, count in sorted(counts.items())
    ]


def _present(con: DuckDBPyConnection, indicator: Indicator) -> dict[str, int]:
    """Return the sources of the indicator's figures in the mart, each with its rows."""
    asked = f'select source, count(*) from mart."{indicator.id}" group by source order by source'
    return dict(con.execute(asked).fetchall())


def _extents(con: DuckDBPyConnection, indicator: Indicator) -> list[str]:
    asked = f"""
        select source, freq, min(period_first_day), max(period_first_day)
        from mart."{indicator.id}"
        group by source, freq
        order by source, freq
    """
    return [f"{source}, {freq}: {first} to {last}" for source, freq, first, last in con.execute(asked).fetchall()]


def _warnings(failed: Iterable[Warned], indicator: Indicator) -> list[str]:
    asked = _judged(indicator)
    return [
        f"{layer}.{table}: {rule} ({unexpected:,} of {examined:,}). {notes}"
        for layer, table, rule, unexpected, examined, notes in failed
        if (layer, table) in asked
    ]


def _judged(indicator: Indicator) -> set[tuple[str, str]]:
    """Return the tables that the indicator's figures follow from, its own among them."""
    above = (name for each in indicator.above for name in _judged(each))
    return {("gold", indicator.id), *indicator.reads, *above}
