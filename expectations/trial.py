# ruff: noqa: S608 -- names of tables and columns come from declarations, never from input
"""Which rows a rule looks at: those of a draft, those around it as they will be, those that are in the lake."""

from __future__ import annotations

from datetime import timedelta
from itertools import groupby
from typing import TYPE_CHECKING

from expectations import conservation
from expectations.declarations import contracts, rules, silver
from transforms import bronze, lake, settle

if TYPE_CHECKING:
    from collections.abc import Sequence

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


def bronze_rows(engine: Engine, family: str, since: int) -> list[Verdict]:
    """Return the verdicts on bronze: conservation over all of it, the fields on days touched after ``since``."""
    coordinates, *others = rules("bronze", family)
    return [
        *engine.judge("bronze", family, conservation.segments(family), conservation.rules(family)),
        *engine.judge("bronze", family, f'select * from bronze."{family}"', [coordinates]),
        *engine.judge("bronze", family, conservation.collected(family, since), others),
    ]


def draft_rows(engine: Engine, draft: Draft) -> list[Verdict]:
    """Return the verdicts on ``draft``, each on the rows that its rule must see."""
    exists = bool(lake.columns(engine.con, draft.layer, draft.table))
    if not draft.files and not exists:
        return []
    ordered = sorted(rules(draft.layer, draft.table), key=_scope)
    return [
        verdict
        for scope, seeing in groupby(ordered, key=_scope)
        for verdict in engine.judge(draft.layer, draft.table, _query(draft, *scope, exists=exists), list(seeing))
    ]


def stored_rows(engine: Engine, layer: str, table: str) -> list[Verdict]:
    """Return the verdicts on a table of the lake as it is."""
    if layer == "bronze":
        return bronze_rows(engine, table, since=-1)
    return engine.judge(layer, table, f'select * from lake.{layer}."{table}"', rules(layer, table))


def _scope(rule: Rule) -> tuple[int, tuple[str, ...]]:
    """Return what decides which rows a rule must see."""
    return rule.reach, rule.alike


def _query(draft: Draft, reach: int, alike: Sequence[str], *, exists: bool) -> str:
    """Return the query of the rows of ``draft`` and, within ``reach`` of its days, of those it will stand beside.

    Of these only those that share the columns ``alike`` with the draft, where there are any.
    """
    drafted = f"select * from read_parquet({_files(draft)}, hive_partitioning = false)"
    parts = [drafted] if draft.files else []
    if exists and (reach or not parts):
        shared = ", ".join(f'"{name}"' for name in alike)
        among = f" and ({shared}) in (select ({shared}) from ({drafted}))" if alike and parts else ""
        parts.append(f'select * from lake.{draft.layer}."{draft.table}" where {_beside(draft, reach)}{among}')
    return " union all by name ".join(parts)


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
