# ruff: noqa: S608 -- names of tables and columns come from the catalogue, never from input
"""What a mart says, as one number: equal hashes mean equal tables, whatever file holds them."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

import duckdb

if TYPE_CHECKING:
    from collections.abc import Collection
    from pathlib import Path

    from duckdb import DuckDBPyConnection

LEFT_OUT = ("as_of", "figures_of")
ABOUT_ITSELF = ("about", "revision")
COLUMNS = """
select table_name, column_name, data_type
from duckdb_columns()
where database_name = ? and schema_name = 'main' and not internal
order by all
"""


def figures(con: DuckDBPyConnection, database: str, indicators: Collection[str]) -> str:
    """Return the sha256 over the tables of ``indicators``, moments of knowledge left out: a replay differs in them."""
    return _of(con, database, {name: kinds for name, kinds in _tables(con, database).items() if name in indicators})


def content(con: DuckDBPyConnection, database: str) -> str:
    """Return the sha256 over all that the mart says, but for which vintage it is and what changed."""
    tables = _tables(con, database)
    return _of(con, database, {name: kinds for name, kinds in tables.items() if name not in ABOUT_ITSELF})


def of_file(path: Path) -> str:
    """Return the sha256 over the figures in the mart ``path``, as it names its indicators."""
    with duckdb.connect(str(path), read_only=True) as con:
        con.execute("set TimeZone = 'UTC'")
        indicators = [name for (name,) in con.execute("select indicator from catalogue").fetchall()]
        (database,) = con.execute("select current_database()").fetchall()[0]
        return figures(con, database, indicators)


def _tables(con: DuckDBPyConnection, database: str) -> dict[str, dict[str, str]]:
    found: dict[str, dict[str, str]] = {}
    for table, column, kind in con.execute(COLUMNS, [database]).fetchall():
        found.setdefault(table, {})[column] = kind
    return found


def _of(con: DuckDBPyConnection, database: str, tables: dict[str, dict[str, str]]) -> str:
    """Return the hash over names, columns and rows; a row is the lengths and texts of its values."""
    digest = hashlib.sha256()
    for name, kinds in tables.items():
        columns = {column: kind for column, kind in kinds.items() if column not in LEFT_OUT}
        texts = (f'"{column}"::varchar' for column in columns)
        row = " || ".join(f"coalesce(strlen({text}) || ':' || {text}, '-')" for text in texts)
        lines = f'select sha256({row}) as line from "{database}"."{name}"'
        asked = f"select count(*), coalesce(sha256(string_agg(line, '' order by line)), '') from ({lines})"
        digest.update(repr((name, list(columns.items()), con.execute(asked).fetchone())).encode())
    return digest.hexdigest()
