"""What a reader sees beside tables and columns: one text in both languages."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from duckdb import DuckDBPyConnection

    from warehouse.header import Header


def put(con: DuckDBPyConnection, table: str, header: Header) -> None:
    """Comment ``table`` and each of its columns with what the header says."""
    write(con, table, header.comment, {column.name: column.comment for column in header.columns})


def write(con: DuckDBPyConnection, table: str, says: str, columns: Mapping[str, str]) -> None:
    """Comment ``table`` and its ``columns``."""
    con.execute(f"comment on table {table} is '{_quoted(says)}'")
    for name, text in columns.items():
        con.execute(f"comment on column {table}.\"{name}\" is '{_quoted(text)}'")


def _quoted(text: str) -> str:
    return text.replace("'", "''")
