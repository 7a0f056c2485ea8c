# ruff: noqa: S608 -- names of tables and columns come from the catalogue, never from input
"""What the landing cannot give again: the verdicts that were passed and the register of vintages."""

from __future__ import annotations

from typing import TYPE_CHECKING

from puyango.errors import Busy
from transforms import lake, ops

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

    from puyango.settings import Settings

KEPT = ("verdict", "vintage")
ROOM = 10_000
FIRST = "select min(batch) from ops.segment"


def begin(new: Settings, batch: int | None) -> None:
    """Create the lake of ``new``; its batches follow those of the lake before, which stands at ``batch``.

    So the verdicts of the new lake are later than those it takes over, and whoever drafts from the lake
    before is overtaken in this one. ``ROOM`` is what may be committed there while this one is made.
    """
    lake.create(new)
    if batch is not None:
        with lake.committing(new, "begin after the lake before") as con:
            con.execute("update ops.clock set batch = ?", [batch + ROOM])


def carry(before: Settings, new: Settings) -> None:
    """Take verdicts and vintages over into ``new``.

    The snapshots that vintages name are not in this lake, so none is named any more. Raises ``Busy`` if
    the lake before counted to where the new one began.
    """
    with lake.reading(before) as con:
        batch = ops.batch(con)
        asked = {name: columns for name in KEPT if (columns := _columns(con, name))}
        found = {name: con.sql(f"select {columns} from ops.{name}").to_arrow_table() for name, columns in asked.items()}
    with lake.committing(new, "keep verdicts and vintages of the lake before") as con:
        row = con.execute(FIRST).fetchone()
        if row and row[0] is not None and row[0] <= batch:
            raise Busy(f"{batch} batches were committed before the rebuild ended", "Run it again at a quieter hour.")
        for name, rows in found.items():
            con.register("kept", rows)
            con.execute(f"insert into ops.{name} by name select * from kept")
            con.unregister("kept")


def _columns(con: DuckDBPyConnection, table: str) -> str:
    """Return what to read of a table of the ledger; nothing where the lake is older than the table."""
    found = lake.columns(con, "ops", table)
    return ", ".join("null::bigint as snapshot" if name == "snapshot" else f'"{name}"' for name in found)
