# ruff: noqa: S608 -- names of tables and columns are those that the mart declares, quoted
"""Comma-separated files that programs read, and in which a spreadsheet finds no formula.

UTF-8 without a byte order mark, RFC 4180, CRLF.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from transforms.engine import quoted as path_quoted
from warehouse.extract.fields import source
from warehouse.extract.published import quoted

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from duckdb import DuckDBPyConnection

    from warehouse.extract.fields import Field
    from warehouse.extract.part import Part

SIGNS = r"=+\-@\t\r\n\x{FF1D}\x{FF0B}\x{FF0D}\x{FF20}\x{FE66}\x{FE62}\x{FE63}\x{FE6B}\x{2212}"
LIVE = rf"^''*[\s\pZ\x{{200B}}\x{{FEFF}}]*[{SIGNS}]"  # between the quotes of SQL, where '' is one apostrophe
FORM = "(format csv, header, new_line '\\r\\n', dateformat '%Y-%m-%d', timestampformat '%Y-%m-%dT%H:%M:%S.%fZ'"


def write(con: DuckDBPyConnection, part: Part, path: Path) -> None:
    """Write all rows of ``part`` to ``path`` over ``con``, compressed if it ends in ``.gz``."""
    values = ", ".join(f"{_inert(each)} as {quoted(each.column.name)}" for each in part.fields)
    query = f"select {values} from {source(part.series, part.fields)} order by {part.series.order}"
    _copy(con, query, path)


def listing(con: DuckDBPyConnection, head: Sequence[str], rows: Sequence[Sequence[str]], path: Path) -> None:
    """Write a small table of texts to ``path``, in the order given."""
    con.execute(f"create or replace temp table listing ({', '.join(f'{quoted(name)} varchar' for name in head)})")
    if rows:
        con.executemany(f"insert into listing values ({', '.join('?' * len(head))})", [list(row) for row in rows])
    values = ", ".join(f"{inert(quoted(name))} as {quoted(name)}" for name in head)
    _copy(con, f"select {values} from listing order by rowid", path)


def inert(value: str) -> str:
    """Return the SQL of a text that no spreadsheet takes for a formula: what could be one gets an apostrophe.

    Whoever takes one apostrophe off each text of that form has the text as it was, so nothing is lost.
    """
    return f"case when regexp_matches({value}, '{LIVE}') then '''' || {value} else {value} end"


def _inert(field: Field) -> str:
    return inert(field.value) if field.text else field.value


def _copy(con: DuckDBPyConnection, query: str, path: Path) -> None:
    compressed = ", compression gzip" if path.suffix == ".gz" else ""
    con.execute(f"copy ({query}) to '{path_quoted(path)}' {FORM}{compressed})")
