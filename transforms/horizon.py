# ruff: noqa: S608 -- names of tables come from declarations, never from input
"""How much of each log was known at a moment: all that lies before the first record that came later.

A broker's clock may go back. Taken record by record, what was known at a moment would then grow after it;
taken as the beginning of each log, it is what a reader had at that moment and never changes.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from transforms import lake

if TYPE_CHECKING:
    from datetime import datetime

    from duckdb import DuckDBPyConnection

LIST = "struct(chain varchar, partition integer, first_offset bigint)[]"

ROWS = 'struct(chain varchar, partition integer, "offset" bigint)[]'

KNOWN = """(not exists (
    select 1
    from (select unnest(getvariable('unknown'), recursive := true)) as unknown
    where unknown.chain = event.chain
        and unknown.partition = event.partition
        and unknown.first_offset <= event."offset"
) and not exists (
    select 1
    from (select unnest(getvariable('later'), recursive := true)) as later
    where later.chain = event.chain
        and later.partition = event.partition
        and later."offset" = event."offset"
))"""
"""Condition of rows ``event`` of bronze that lie within the horizon that was put."""


def put(con: DuckDBPyConnection, family: str, as_of: datetime | None) -> None:
    """Let ``KNOWN`` hold for the rows of ``family`` that were known at ``as_of``, that moment included; None is ever.

    The clock that ran highest counts: a record behind one that came later is known with it, not before.
    """
    if as_of is None:
        con.execute(f"set variable unknown = []::{LIST}")
        leave_out(con, family, "false")
        return
    con.execute("set variable as_of = ?::timestamptz", [as_of])
    con.execute(f"""
        set variable unknown = (
            select coalesce(list({{'chain': chain, 'partition': partition, 'first_offset': first_offset}}), [])::{LIST}
            from (
                select chain, partition, min("offset") as first_offset
                from bronze."{family}"
                where known_at > getvariable('as_of')
                group by all
            )
        )
    """)
    leave_out(con, family, "replayed_at > getvariable('as_of')")


def leave_out(con: DuckDBPyConnection, family: str, later: str) -> None:
    """Let ``KNOWN`` not hold for rows that were refused when they came and landed ``later``: a condition on ``event``.

    They lie among those that were known then, so the beginning of a log says nothing of them.
    """
    replayed = f'from lake.bronze."{family}" as event where replayed_at is not null and ({later})'
    if "replayed_at" not in lake.columns(con, "bronze", family):
        replayed = 'from (select null as chain, null as partition, null as "offset") as event where false'
    con.execute(f"""
        set variable later = (
            select coalesce(
                list({{'chain': chain, 'partition': partition, 'offset': event."offset"}}), []
            )::{ROWS}
            {replayed}
        )
    """)
