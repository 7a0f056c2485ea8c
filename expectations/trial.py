# ruff: noqa: S608 -- names of tables and columns come from declarations, never from input
"""Which rows a rule looks at: those of a draft, those around it as they will be, those that are in the lake."""

from __future__ import annotations

from datetime import timedelta
from itertools import groupby
from typing import TYPE_CHECKING

from expectations.declarations import contracts, silver
from transforms import bronze, lake, settle

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from duckdb import DuckDBPyConnection

    from expectations.engine import Engine
    from expectations.rule import Rule
    from expectations.verdict import Verdict
    from transforms.draft import Draft


def lay(engine: Engine) -> None:
    """Let rules name the tables of other layers as ``bronze.x`` and ``silver.x``; one that has no rows yet is empty."""
    session = engine.session()
    found = {
        **{("bronze", name): bronze.duckdb_columns(contract) for name, contract in contracts().items()},
        **{("silver", name): settle.columns(table) for name, table in silver().items()},
    }
    for (layer, name), columns in found.items():
        session.execute(f"create schema if not exists memory.{layer}")
        if lake.columns(session, layer, name):
            session.execute(f'create view memory.{layer}."{name}" as from lake.{layer}."{name}"')
        else:
            listed = ", ".join(f'"{column}" {kind}' for column, kind in columns.items())
            session.execute(f'create table memory.{layer}."{name}" ({listed})')


def judged(engine: Engine, layer: str, table: str, rules: Sequence[Rule], query: Callable[[int], str]) -> list[Verdict]:
    """Return the verdicts of ``rules`` on the rows that ``query`` gives for the reach of each."""
    ordered = sorted(rules, key=lambda rule: rule.reach)
    return [
        verdict
        for reach, alike in groupby(ordered, key=lambda rule: rule.reach)
        for verdict in engine.judge(layer, table, query(reach), list(alike))
    ]


def of_draft(con: DuckDBPyConnection, draft: Draft) -> Callable[[int], str]:
    """Return the query of ``draft`` for a reach: its rows, and beyond them those it will stand beside."""
    whole = f'lake.{draft.layer}."{draft.table}"'
    exists = bool(lake.columns(con, draft.layer, draft.table))
    rows = f"from read_parquet({_files(draft)}, hive_partitioning = false)" if draft.files else ""

    def query(reach: int) -> str:
        parts = [f"select * {rows}"] if rows else []
        if exists and (reach or not rows):
            parts.append(f"select * from {whole} where {_beside(draft, reach)}")
        return " union all by name ".join(parts)

    return query


def of_lake(layer: str, table: str) -> Callable[[int], str]:
    """Return the query of the rows of a table as it is in the lake."""
    return lambda _: f'select * from lake.{layer}."{table}"'


def _files(draft: Draft) -> str:
    quoted = (str(path).replace("'", "''") for path in draft.files)
    return "[" + ", ".join(f"'{path}'" for path in quoted) + "]"


def _beside(draft: Draft, reach: int) -> str:
    """Return the condition of the rows that stay in the lake, within ``reach`` of the days that the draft replaces."""
    if not reach or not draft.days:
        return "false"
    column, around = f'"{draft.column}"', timedelta(days=reach)
    first, last = min(draft.days) - around, max(draft.days) + around
    replaced = ", ".join(f"DATE '{day}'" for day in draft.days)
    return f"{column} between DATE '{first}' and DATE '{last}' and {column} not in ({replaced})"
