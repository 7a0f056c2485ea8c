"""What an indicator reads: found in its SQL, never listed beside it."""

from __future__ import annotations

import json
from functools import cache
from typing import TYPE_CHECKING, Any

from puyango import reference
from puyango.errors import ConfigRefused
from transforms import engine
from transforms.table import declared
from warehouse import breaks

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

SAYS = "An indicator reads silver, gold and reference tables by their full names, such as silver.crossing."
SERIES = ("generate_series", "range", "unnest")

Name = tuple[str, str]


def read_by(where: str, sql: str, gold: Collection[str]) -> tuple[Name, ...]:
    """Return layer and table, in order, of everything that ``sql`` reads, given the names of the ``gold`` tables.

    Raises ``ConfigRefused`` naming the file ``where`` and the table for one that does not exist, and for
    what is not one query over tables.
    """
    tree = _tree(where, sql)
    local = {entry["key"] for node in _nodes(tree) for entry in node.get("cte_map", {}).get("map", [])}
    known = {"silver": declared().keys(), "gold": gold, "reference": _references()}
    found = set()
    for node in _nodes(tree):
        if node.get("class") == "FUNCTION" and node["function_name"] == breaks.FUNCTION:
            found.add(breaks.LIST)
        if node.get("type") == "TABLE_FUNCTION" and node["function"]["function_name"] not in SERIES:
            raise ConfigRefused(f"{where}: reads {node['function']['function_name']}(), which is not a table", SAYS)
        if node.get("type") != "BASE_TABLE" or (not node["schema_name"] and node["table_name"] in local):
            continue
        layer, table = node["schema_name"], node["table_name"]
        if node["catalog_name"] or table not in known.get(layer, ()):
            name = ".".join(filter(None, (node["catalog_name"], layer, table)))
            raise ConfigRefused(f"{where}: reads {name}, which does not exist", SAYS)
        found.add((layer, table))
    return tuple(sorted(found))


@cache
def _tree(where: str, sql: str) -> object:
    with engine.connect() as con:
        row = con.execute("select json_serialize_sql(?)", [sql]).fetchone()
    tree: dict[str, Any] = json.loads(row[0] if row else "{}")
    if tree.get("error", True) or len(tree.get("statements", [])) != 1:
        said = tree.get("error_message", "it is not one statement")
        raise ConfigRefused(f"{where}: not one query that DuckDB can read: {said}", "Write one select.")
    return tree


def _nodes(tree: object) -> Iterator[dict[str, Any]]:
    if isinstance(tree, dict):
        yield tree
    branches = tree.values() if isinstance(tree, dict) else tree if isinstance(tree, list) else ()
    for branch in branches:
        yield from _nodes(branch)


def _references() -> frozenset[str]:
    return frozenset(file.stem for file in reference.FOLDER.glob("*.csv"))
