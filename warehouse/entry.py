"""Vintages in the ledger of the lake: which snapshot of this lake holds which of them."""

from __future__ import annotations

import json
from contextlib import contextmanager
from typing import TYPE_CHECKING

import duckdb

from transforms import catalogue, engine, fault, lake
from warehouse.vintage import Vintage, line

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import datetime

    from duckdb import DuckDBPyConnection

    from puyango.settings import Settings

ENTER = "insert into ops.vintage values (?, ?, ?, ?, ?, ?, ?, ?, ?)"
CURRENT = """
select snapshot_id, snapshot_time, commit_message
from lake.snapshots()
where snapshot_id = (select id from lake.current_snapshot())
"""
THERE = "select 1 from lake.snapshots() where snapshot_id = ? and snapshot_time = ?"


def entered(con: DuckDBPyConnection) -> list[Vintage]:
    """Return the vintages of the ledger, each after the one before it."""
    if not lake.columns(con, "ops", "vintage"):
        return []
    rows = con.execute("select record from lake.ops.vintage").fetchall()
    after = {vintage.previous: vintage for vintage in (Vintage.of(json.loads(record)) for (record,) in rows)}
    found: list[Vintage] = []
    while following := after.pop(found[-1].name if found else next(iter(sorted(after)), ""), None):
        found.append(following)
    return found


def enter(con: DuckDBPyConnection, vintages: Sequence[Vintage]) -> None:
    """Enter ``vintages``; one that was made from a snapshot of another lake, before a rebuild, has none here."""
    for each in vintages:
        snapshot = each.snapshot if there(con, each) else None
        facts = (line(each.offsets), each.code_version, line(each.verdicts), line(each.held))
        con.execute(ENTER, [each.name, each.as_of, snapshot, *facts, each.previous, line(each.facts())])


def there(con: DuckDBPyConnection, vintage: Vintage) -> bool:
    """Say whether this lake has the very snapshot: a rebuilt or restored one gives the same numbers to other states."""
    return con.execute(THERE, [vintage.snapshot, vintage.snapshot_at]).fetchone() is not None


def current(con: DuckDBPyConnection) -> tuple[int, datetime, str]:
    """Return number, moment and message of the snapshot that ``con`` sees."""
    number, moment, message = con.execute(CURRENT).fetchall()[0]
    return int(number), moment, str(message or "")


@contextmanager
def reading(settings: Settings, snapshot: int) -> Iterator[DuckDBPyConnection]:
    """Yield a read-only connection that sees the lake as it was at ``snapshot``."""
    here = catalogue.home(settings)
    options = f"READ_ONLY, SNAPSHOT_VERSION {snapshot}, DATA_PATH '{engine.quoted(here / catalogue.DATA)}/'"
    source = f"ducklake:sqlite:{engine.quoted(catalogue.path(settings))}"
    with engine.session(settings.lake.resolve() / "spill") as con:
        try:
            con.execute(f"ATTACH '{source}' AS lake ({options}, OVERRIDE_DATA_PATH true); USE lake")
            yield con
        except duckdb.Error as error:
            if answer := fault.answer(error, settings.lake):
                raise answer from error
            raise
