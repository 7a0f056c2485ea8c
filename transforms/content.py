# ruff: noqa: S608 -- names of tables and columns come from the catalogue, never from input
"""What a table says, as one number: equal hashes mean equal rows, whatever files hold them."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from transforms import lake

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

LEFT_OUT = ("known_at", "as_of")
CHUNK_ROWS = 50_000


def content_hash(con: DuckDBPyConnection, layer: str, table: str) -> str:
    """Return the sha256 over columns and rows of ``layer.table``, those clocks left out that differ from run to run.

    A column that no row fills says nothing and is left out too: one that was declared since is no difference.
    Rows are taken in the order of all their columns, columns in the order of their names; a value is its
    length in bytes, a colon and its text, an absent one a dash. So neither files, threads nor the order
    of declaration matter, and no two contents read alike.
    """
    filled = _filled(con, layer, table)
    columns = {name: kind for name, kind in sorted(lake.columns(con, layer, table).items()) if name in filled}
    digest = hashlib.sha256(repr(list(columns.items())).encode())
    if not columns:
        return digest.hexdigest()
    texts = (f'"{name}"::varchar' for name in columns)
    row = " || ".join(f"coalesce(strlen({text}) || ':' || {text}, '-')" for text in texts)
    order = ", ".join(f'"{name}" nulls first' for name in columns)
    rows = con.execute(f'select {row} from {layer}."{table}" order by {order}')
    while chunk := rows.fetchmany(CHUNK_ROWS):
        digest.update("\n".join(text for (text,) in chunk).encode() + b"\n")
    return digest.hexdigest()


def _filled(con: DuckDBPyConnection, layer: str, table: str) -> frozenset[str]:
    """Return the columns that hold a value in some row, except those clocks."""
    names = [name for name in lake.columns(con, layer, table) if name not in LEFT_OUT]
    counts = ", ".join(f'count("{name}")' for name in names)
    found = con.execute(f'select {counts} from {layer}."{table}"').fetchone() or ()
    return frozenset(name for name, count in zip(names, found, strict=True) if count)


def tables(con: DuckDBPyConnection) -> list[tuple[str, str]]:
    """Return layer and name of every table of bronze, silver and gold, in order."""
    asked = "select schema_name, table_name from duckdb_tables() where database_name = 'lake' "
    asked += "and schema_name in ('bronze', 'silver', 'gold') order by all"
    return [(str(layer), str(name)) for layer, name in con.execute(asked).fetchall()]
