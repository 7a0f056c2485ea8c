"""What declarations say that a DAG is drawn from, read from their text, so that no engine loads."""

from __future__ import annotations

import ast
import re
from functools import cache
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING

import transforms.tables
from warehouse.header import headers

if TYPE_CHECKING:
    from warehouse.header import Header

READ = re.compile(r"\b(silver|gold)\.([a-z][a-z0-9_]*)")
NOTE = re.compile(r"--[^\n]*|/\*.*?\*/", re.DOTALL)


@cache
def families() -> dict[str, str]:
    """Return the family that each silver table is folded from, by name of the table."""
    files = sorted(file for folder in transforms.tables.__path__ for file in Path(folder).glob("[!_]*.py"))
    return {file.stem: _family(file) for file in files}


@cache
def groups() -> dict[str, tuple[Header, ...]]:
    """Return the indicators of each group, by name of the group."""
    listed = sorted(headers(), key=lambda header: (header.group, header.id))
    return {group: tuple(found) for group, found in groupby(listed, key=lambda header: header.group)}


def reads(group: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return the families and the other groups whose tables the indicators of ``group`` read, in order."""
    found = {name for header in groups()[group] for name in READ.findall(NOTE.sub("", header.sql))}
    silver = {families()[table] for layer, table in found if layer == "silver"}
    home = {header.id: name for name, listed in groups().items() for header in listed}
    above = {home[table] for layer, table in found if layer == "gold"}
    return tuple(sorted(silver)), tuple(sorted(above - {group}))


def _family(path: Path) -> str:
    """Return the one family that the file of a table imports."""
    nodes = ast.parse(path.read_text(encoding="utf-8")).body
    named = [
        alias.name
        for node in nodes
        if isinstance(node, ast.ImportFrom) and node.module == "streams.families"
        for alias in node.names
    ]
    (family,) = named
    return family
