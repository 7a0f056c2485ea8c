"""The ledger of the platform: what has been consumed, settled, built and judged, in ``lake.ops``.

Every step reads from here what is to be done, so a lost or doubled trigger changes nothing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

TABLES: dict[str, dict[str, str]] = {
    "clock": {"batch": "BIGINT"},
    "segment": {
        "family": "VARCHAR",
        "chain": "VARCHAR",
        "partition": "INTEGER",
        "first_offset": "BIGINT",
        "next_offset": "BIGINT",
        "rows": "BIGINT",
        "good": "BIGINT",
        "refused": "BIGINT",
        "gap_offsets": "BIGINT",
        "path": "VARCHAR",
        "bytes": "BIGINT",
        "sha256": "VARCHAR",
        "batch": "BIGINT",
    },
    "position": {"family": "VARCHAR", "chain": "VARCHAR", "partition": "INTEGER", "next_offset": "BIGINT"},
    "touched_day": {"family": "VARCHAR", "anchor_day": "DATE", "batch": "BIGINT"},
    "settled_day": {"table_name": "VARCHAR", "anchor_day": "DATE", "batch": "BIGINT", "declaration": "VARCHAR"},
    "built_period": {
        "indicator": "VARCHAR",
        "period_first_day": "DATE",
        "batch": "BIGINT",
        "declaration": "VARCHAR",
    },
    "refusal": {
        "family": "VARCHAR",
        "chain": "VARCHAR",
        "partition": "INTEGER",
        "first_offset": "BIGINT",
        "reason": "VARCHAR",
        "rows": "BIGINT",
    },
    "verdict": {
        "batch": "BIGINT",
        "layer": "VARCHAR",
        "table_name": "VARCHAR",
        "rule": "VARCHAR",
        "severity": "VARCHAR",
        "outcome": "VARCHAR",
        "unexpected": "BIGINT",
        "examined": "BIGINT",
        "notes": "VARCHAR",
    },
    "held": {"layer": "VARCHAR", "table_name": "VARCHAR", "batch": "BIGINT", "why": "VARCHAR"},
    "vintage": {
        "name": "VARCHAR",
        "as_of": "TIMESTAMPTZ",
        "snapshot": "BIGINT",
        "offsets": "VARCHAR",
        "code_version": "VARCHAR",
        "verdicts": "VARCHAR",
        "held": "VARCHAR",
        "previous": "VARCHAR",
        "record": "VARCHAR",
    },
}


def batch(con: DuckDBPyConnection) -> int:
    """Return the number of batches committed so far, as this transaction sees it."""
    row = con.execute("select batch from ops.clock").fetchone()
    return int(row[0]) if row else 0


def advance(con: DuckDBPyConnection) -> int:
    """Open the next batch and return its number.

    The row is updated, never inserted: two transactions that both advance conflict, wherever the
    catalogue lives, so the clock fences what the lock alone would have to.
    """
    con.execute("update ops.clock set batch = batch + 1")
    return batch(con)
