"""Which periods of an indicator no longer say what their inputs say: read from the ledger, never from a trigger."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from transforms.table import module
from warehouse import period

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import date

    from duckdb import DuckDBPyConnection

    from warehouse.indicator import Indicator

Stop = tuple[str, str, str]
"""Layer, table and reason."""

SETTLED = """
select anchor_day, sum(batch)::bigint
from lake.ops.settled_day
where list_contains(?::varchar[], table_name)
group by anchor_day
"""
BUILT = """
select period_first_day, sum(batch)::bigint
from lake.ops.built_period
where list_contains(?::varchar[], indicator)
group by period_first_day
"""
OWN = "select period_first_day, declaration from lake.ops.built_period where indicator = ?"
LATER = (
    "select max(batch) from lake.ops.built_period where indicator = ? and list_contains(?::date[], period_first_day)"
)
FORGET = "delete from lake.ops.built_period where indicator = ? and list_contains(?::date[], period_first_day)"
RECORD = "insert into lake.ops.built_period select ?, unnest(?::date[]), ?, unnest(?::varchar[])"
HELD = "select layer, table_name, why from lake.ops.held order by all"


def wholes(con: DuckDBPyConnection, indicator: Indicator) -> dict[date, str]:
    """Return the first day of each whole that is stale, with what the ledger will say of it once it is built.

    That text is the declaration and the sum of the batches of all input days. A day that is settled again
    has a higher batch than before, so the sum grows with every change, in whatever order readers and
    writers meet; a comparison with the clock would miss a change that was drafted before it was read and
    committed after.
    """
    now = {first: f"{indicator.declaration}:{batches}" for first, batches in _batches(con, indicator).items()}
    built = dict(con.execute(OWN, [indicator.id]).fetchall())
    gone = dict.fromkeys(built.keys() - now.keys(), f"{indicator.declaration}:0")
    return {first: text for first, text in sorted((now | gone).items()) if built.get(first) != text}


def held(con: DuckDBPyConnection, indicator: Indicator) -> list[str]:
    """Return what stops the indicator: its inputs that a critical failure holds, each with the reason."""
    return [f"{layer}.{table}: {why}" for layer, table, why in stops(con) if (layer, table) in indicator.reads]


def stops(con: DuckDBPyConnection) -> list[Stop]:
    """Return layer and table of everything that a check stops, with the reason."""
    return con.execute(HELD).fetchall()


def stopped(stops: Iterable[Stop], indicator: Indicator) -> list[str]:
    """Return what stops the publication of the indicator: a hold on it, or on anything that its figures follow from."""
    behind = _behind(indicator)
    return [f"{layer}.{table}: {why}" for layer, table, why in stops if (layer, table) in behind]


def overtaken(con: DuckDBPyConnection, indicator: str, wholes: Mapping[date, str], batch: int) -> bool:
    """Say whether another process has built some of these ``wholes`` from a later state than ``batch``."""
    row = con.execute(LATER, [indicator, list(wholes)]).fetchone()
    return row is not None and row[0] is not None and row[0] > batch


def built(con: DuckDBPyConnection, indicator: str, wholes: Mapping[date, str], batch: int) -> None:
    """Record that ``wholes`` were built from the state of ``batch``; an indicator has one row for each of them."""
    con.execute(FORGET, [indicator, list(wholes)])
    con.execute(RECORD, [indicator, list(wholes), batch, list(wholes.values())])


def _behind(indicator: Indicator) -> set[tuple[str, str]]:
    """Return the indicator, the tables and families that it is made of, and those of the indicators above it."""
    families = {("bronze", module(name).TABLE.reads.name) for name in indicator.reads_from("silver")}
    above = (name for each in indicator.above for name in _behind(each))
    return {("gold", indicator.id), *indicator.reads, *families, *above}


def _batches(con: DuckDBPyConnection, indicator: Indicator) -> Counter[date]:
    kind = indicator.header.whole
    found: Counter[date] = Counter()
    for asked, layer in ((SETTLED, "silver"), (BUILT, "gold")):
        for day, batches in con.execute(asked, [list(indicator.reads_from(layer))]).fetchall():
            for step in range(indicator.header.reach + 1):
                found[period.later(kind, period.start(kind, day), step)] += batches
    return found
