# ruff: noqa: S608 -- names of tables and columns come from declarations, never from input
"""From bronze to silver: the days that were touched since they were settled, folded anew and replaced whole."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl
import structlog

from puyango.errors import Busy
from streams import schema
from transforms import bronze, declaration, fold, horizon, lake, months, ops, stale
from transforms import draft as drafts
from transforms.draft import Draft
from transforms.table import LAYER, module

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence
    from datetime import date, datetime

    from duckdb import DuckDBPyConnection

    from puyango.settings import Settings
    from transforms.table import Table

WANTED = "anchor_day in (select unnest(getvariable('days')))"
log = structlog.get_logger()


def draft(settings: Settings, table: Table, days: Collection[date] | None = None) -> Draft | None:
    """Return a draft of the stale days of ``table`` (among ``days``, if given); the lake is only read.

    None where all of them are settled. A day outside ``days`` that looks ahead to one of them stays stale.
    """
    made_by = declaration.of(table)
    with lake.reading(settings) as con:
        wanted = [day for day in stale.days(con, table, made_by) if days is None or day in days]
        if not wanted:
            return None
        folder = drafts.folder(settings, LAYER, table.name)
        files = [file for rows in _folded(con, table, wanted) for file in months.write(rows, table.anchor, folder)]
        batch = ops.batch(con)
    log.info("settled in draft", table=table.name, days=len(wanted), first=wanted[0], last=wanted[-1], files=len(files))
    return Draft(LAYER, table.name, tuple(files), table.anchor, tuple(wanted), batch, made_by)


def as_known(con: DuckDBPyConnection, table: Table, as_of: datetime) -> Iterator[pl.DataFrame]:
    """Yield silver as it follows from the events known at ``as_of``, that moment included, a run of months at a time.

    Made by the fold of ``draft`` from bronze alone, whatever is settled, so that a moment after all events
    gives what settling gives. ``con`` reads the lake; nothing is yielded while the family is not in it. Each
    frame has the columns of ``columns(table)``, whole months and the order of the key; frames come in order
    of their months, one that has no rows too, so ``months.write(frame, table.anchor, folder)`` never meets a
    month twice. What was known is the beginning of each log (see ``horizon``).
    """
    yield from _folded(con, table, stale.touched(con, table), as_of)


def replace(settings: Settings, draft: Draft) -> None:
    """Put ``draft`` in the place of its days and mark them settled; what it was made of is gone afterwards.

    Raises ``Busy`` if events of those days were collected since: the draft would hide them.
    """
    table = module(draft.table).TABLE
    with lake.committing(settings, f"settle {table.name}: {len(draft.days)} days") as con:
        batch = ops.advance(con)
        if stale.overtaken(con, table, draft.days, draft.batch):
            raise Busy(f"{table.name}: events of drafted days were collected meanwhile", "Run puyango settle again.")
        _ensure_table(con, table, draft)
        lake.replace(con, draft)
        stale.settled(con, table, draft.days, batch, draft.declaration)
    drafts.forget(draft.files)
    log.info("settled", table=table.name, days=len(draft.days), batch=batch)


def columns(table: Table) -> dict[str, str]:
    """Return the columns of ``table`` with DuckDB's names of their types."""
    return {name: schema.duckdb_type(kind) for name, kind in schema.columns(table.fields).items()}


def rows(con: DuckDBPyConnection, table: Table, days: Sequence[date]) -> pl.DataFrame:
    """Return the rows of those ``days`` from the events within the horizon that was put, whatever is settled.

    Days go in as a variable: a relation with parameters is held in memory twice, and slowly.
    """
    names = ", ".join(f'"{name}"' for name in bronze.columns(table.reads))
    con.execute("set variable days = ?::date[]", [stale.reached(con, table, days)])
    asked = f'select {names} from lake.bronze."{table.reads.name}" as event where {WANTED} and {horizon.KNOWN}'
    return whole(con.sql(asked).pl().lazy(), table).filter(pl.col(table.anchor).is_in(days)).collect()


def whole(events: pl.LazyFrame, table: Table) -> pl.LazyFrame:
    """Return what ``events`` amount to: the declared columns exactly, unlisted codes marked, in order of the key."""
    rows = fold.unlisted(module(table.name).build(events), table.fields, declaration.codes(table))
    return rows.match_to_schema(schema.columns(table.fields)).sort(table.key)


def _ensure_table(con: DuckDBPyConnection, table: Table, draft: Draft) -> None:
    """Make sure of a table of the declared form; one of another form goes if the draft has its every day."""
    found = lake.columns(con, LAYER, table.name)
    wanted = {name: lake.spelled(kind) for name, kind in columns(table).items()}
    if found and found != wanted and not stale.kept(con, table, draft.days):
        con.execute(f'drop table {LAYER}."{table.name}"')
    lake.ensure_table(con, LAYER, table.name, columns(table), table.anchor)


def _folded(
    con: DuckDBPyConnection, table: Table, days: Sequence[date], as_of: datetime | None = None
) -> Iterator[pl.DataFrame]:
    """Yield the rows of these ``days``, runs of months in their order, from the events known at ``as_of`` or ever."""
    if days:
        horizon.put(con, table.reads.name, as_of)
        for span in months.spans(_counted(con, table, days)):
            yield rows(con, table, [day for day in days if span[0] <= day.replace(day=1) <= span[-1]])


def _counted(con: DuckDBPyConnection, table: Table, days: Sequence[date]) -> list[tuple[date, int]]:
    asked = "select date_trunc('month', anchor_day)::date, count(anchor_day)"
    con.execute("set variable days = ?::date[]", [list(days)])
    return con.execute(f"{asked} from bronze.{table.reads.name} where {WANTED} group by all").fetchall()
