"""What a person may ask through a read-only door: one SELECT, over tables and a list of harmless table functions.

The engine's own parser says what a text is. A list of words to forbid would miss the spelling that nobody thought of.
"""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

import duckdb

from puyango.errors import PuyangoError, UsageRefused

if TYPE_CHECKING:
    from collections.abc import Iterator

    from duckdb import DuckDBPyConnection

EXPLAIN = re.compile(r"\s*explain\s+(?:analyze\s+)?", re.IGNORECASE)
VARIABLE = re.compile(r"\s*set\s+variable\s+\w+\s*(?:=|\bto\b)", re.IGNORECASE)
CATALOGUE = re.compile(r"duckdb_(?!secrets|logs)\w+|pragma_(table_info|show|storage_info)")
FUNCTIONS = frozenset(
    (
        *("range", "generate_series", "unnest", "repeat", "json_each", "json_tree", "icu_calendar_names"),
        *("pg_timezone_names", "snapshots", "current_snapshot", "last_committed_snapshot", "table_info"),
        *("table_changes", "table_insertions", "table_deletions", "ducklake_snapshots", "ducklake_table_info"),
        *("ducklake_table_changes", "ducklake_table_insertions", "ducklake_table_deletions"),
    )
)


class QueryRefused(PuyangoError):
    """Something else than one question was asked."""

    exit_code = 1
    code = "query_refused"


def judge(con: DuckDBPyConnection, asked: str) -> None:
    """Refuse what is not one question: ``QueryRefused``, or ``UsageRefused`` for what the engine does not understand.

    The plan of a question is one, and so is a variable that is set to what a question answers.
    """
    kinds = _kinds(con, asked)
    if kinds == ["EXPLAIN"] and (opening := EXPLAIN.match(asked)):
        asked = asked[opening.end() :]
    elif kinds == ["SET"] and (opening := VARIABLE.match(asked)):
        asked = f"select {asked[opening.end() :]}"
    if (kinds := _kinds(con, asked)) != ["SELECT"]:
        named = " and ".join(kind.lower() for kind in kinds) or "nothing"
        remedy = "Ask with one select; a pivot must list its columns: pivot t on column in (…)."
        raise QueryRefused(f"this door is read-only and answers one query; this is {named}", remedy)
    row = con.execute("select json_serialize_sql(?::varchar)", [asked]).fetchone()
    tree = json.loads(row[0]) if row else {"error": True}
    if tree["error"]:
        raise QueryRefused("this door cannot tell what this query reads", "Ask with one plain select.")
    for function in functions(tree):
        if function not in FUNCTIONS and not CATALOGUE.fullmatch(function):
            fact = f"this door is read-only; {function}() reads or changes more than its tables"
            raise QueryRefused(fact, "Ask for the tables: show tables.")


def functions(node: object) -> Iterator[str]:
    """Yield the table functions that a parsed query calls, in small letters."""
    inner: list[Any] = []
    if isinstance(node, dict):
        if node.get("type") == "TABLE_FUNCTION":
            yield str(node["function"].get("function_name", "")).lower()
        inner = list(node.values())
    elif isinstance(node, list):
        inner = node
    for each in inner:
        yield from functions(each)


def _kinds(con: DuckDBPyConnection, asked: str) -> list[str]:
    try:
        return [statement.type.name for statement in con.extract_statements(asked)]
    except duckdb.Error as error:
        raise UsageRefused(f"the query cannot be read: {error}", "It is one SQL query of DuckDB.") from None
