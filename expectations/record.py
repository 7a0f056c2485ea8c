"""Verdicts and holds in the ledger: written in one transaction, read by whoever must wait."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING

import polars as pl

from expectations.verdict import Verdict, why
from transforms import lake, ops

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from duckdb import DuckDBPyConnection

    from puyango.settings import Settings

Judged = tuple[str, str]
"""Layer and table."""

SCHEMA = {
    **dict.fromkeys(("layer", "table_name", "rule", "severity", "outcome"), pl.String()),
    "unexpected": pl.Int64(),
    "examined": pl.Int64(),
    "notes": pl.String(),
}


def keep(settings: Settings, batch: int, judged: Mapping[Judged, Sequence[Verdict]]) -> None:
    """Write what was judged as of ``batch``; hold the tables that a verdict stops, and free the others.

    Of a table that another process has judged since, from a later state, the hold stays as that one left it.
    """
    if not judged:
        return
    names = ", ".join(f"{layer}.{table}" for layer, table in judged)
    with lake.committing(settings, f"judge {names}") as con:
        ops.advance(con)
        current = {name: verdicts for name, verdicts in judged.items() if last_judged(con, *name) <= batch}
        _insert(con, batch, [verdict for verdicts in judged.values() for verdict in verdicts])
        for (layer, table), verdicts in current.items():
            con.execute("delete from ops.held where layer = ? and table_name = ?", [layer, table])
            if reason := why(verdicts):
                con.execute("insert into ops.held values (?, ?, ?, ?)", [layer, table, batch, reason])


def held(con: DuckDBPyConnection) -> frozenset[Judged]:
    """Return the tables that a judgement stops."""
    return frozenset(con.execute("select layer, table_name from lake.ops.held").fetchall())


def last_judged(con: DuckDBPyConnection, layer: str, table: str) -> int:
    """Return the batch as of which a table was last judged, -1 before the first time."""
    asked = "select coalesce(max(batch), -1) from lake.ops.verdict where layer = ? and table_name = ?"
    row = con.execute(asked, [layer, table]).fetchone()
    return int(row[0]) if row else -1


def touched(con: DuckDBPyConnection, family: str, since: int) -> bool:
    """Return whether segments of ``family`` were collected after batch ``since``."""
    asked = "select 1 from lake.ops.segment where family = ? and batch > ? limit 1"
    return con.execute(asked, [family, since]).fetchone() is not None


def latest(con: DuckDBPyConnection) -> list[Verdict]:
    """Return the verdicts of the last judgement of each table, in the order of layer, table and rule."""
    asked = """
        select layer, table_name, rule, severity, outcome, unexpected, examined, notes
        from lake.ops.verdict
        qualify batch = max(batch) over (partition by layer, table_name)
        order by layer, table_name, severity, rule
    """
    return [Verdict(*row) for row in con.execute(asked).fetchall()]


def _insert(con: DuckDBPyConnection, batch: int, verdicts: Sequence[Verdict]) -> None:
    rows = [asdict(verdict) for verdict in verdicts]
    frame = pl.DataFrame([{**row, "table_name": row.pop("table")} for row in rows], schema=SCHEMA)
    con.register("judged", frame.with_columns(batch=pl.lit(batch, dtype=pl.Int64)).to_arrow())
    con.execute("insert into ops.verdict by name select * from judged")
    con.unregister("judged")
