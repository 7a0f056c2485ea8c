"""Rows in silver, as settling them would leave the lake."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tests.worked import cases, insert
from transforms import lake, ops, settle
from transforms.table import module

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import date, datetime

    from puyango.settings import Settings

TRADE = "silver.reported_trade"


def put(
    settings: Settings, table: str, rows: Sequence[dict[str, Any]], days: Iterable[date], known_at: datetime
) -> int:
    """Replace the ``days`` of a silver table by ``rows``, all known at one moment; return the batch that did."""
    declared = module(table).TABLE
    with lake.committing(settings, f"test: {table}") as con:
        batch = ops.advance(con)
        lake.ensure_table(con, "silver", table, settle.columns(declared), declared.anchor)
        for day in days:
            con.execute(f'delete from silver.{table} where "{declared.anchor}" = ?', [day])
            con.execute("delete from ops.settled_day where table_name = ? and anchor_day = ?", [table, day])
            con.execute("insert into ops.settled_day values (?, ?, ?, 'test')", [table, day, batch])
        insert(con, f"lake.silver.{table}", [{**row, "known_at": known_at} for row in rows])
    return batch


def trade(value: str, month: date, **others: str) -> dict[str, Any]:
    """Return one published trade line of that value and month."""
    line = cases("trade_value_usd")[0].given[TRADE][0]
    return {**line, "value_usd": value, "period_first_day": month, **others}
