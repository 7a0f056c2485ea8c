"""From silver to gold: the stale periods of one indicator, drafted, and later put in the place of the old ones."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING

import polars as pl
import structlog

from puyango.errors import ConfigRefused
from streams import schema
from transforms import lake, ops
from transforms.draft import Draft, folder
from transforms.files import write
from warehouse import comments, period, stage, stale
from warehouse.indicator import file

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date, datetime
    from pathlib import Path

    from duckdb import DuckDBPyConnection

    from puyango.settings import Settings
    from warehouse.header import Header
    from warehouse.indicator import Indicator

DAY = "period_first_day"
log = structlog.get_logger()


@dataclass(frozen=True, kw_only=True)
class Built(Draft):
    """A draft of gold; ``wholes`` are the periods it replaces, each with what the ledger will say of it."""

    header: Header
    wholes: tuple[tuple[date, str], ...]


def draft(settings: Settings, indicator: Indicator) -> Built | None:
    """Return the stale periods of ``indicator`` as files, or None if there are none or an input is held.

    One file a year: gold is small, so years keep its files few and large, and a reader finds a month in
    them by the statistics of their sorted rows.
    """
    with lake.reading(settings) as con:
        wholes = stale.wholes(con, indicator)
        if not wholes or stale.held(con, indicator):
            return None
        batch, as_of = ops.batch(con), latest(con)
        stage.lay(con, indicator)
        files = _files(con, indicator, wholes, as_of, folder(settings, "gold", indicator.id))
    return Built(
        layer="gold",
        table=indicator.id,
        files=files,
        column=DAY,
        days=_days(indicator.header, wholes),
        batch=batch,
        declaration=indicator.declaration,
        header=indicator.header,
        wholes=tuple(wholes.items()),
    )


def replace(settings: Settings, draft: Built) -> None:
    """Put ``draft`` in the place of its periods, rows and ledger together, and leave nothing of it behind.

    If another process has built one of them from later inputs, nothing is replaced; what is still stale
    then is found by the next draft.
    """
    wholes = dict(draft.wholes)
    with lake.committing(settings, f"build {draft.table}: {len(wholes)} periods") as con:
        ops.advance(con)
        if stale.overtaken(con, draft.table, wholes, draft.batch):
            log.info("draft overtaken", indicator=draft.table, batch=draft.batch)
        else:
            _ensure_table(con, draft)
            if lake.columns(con, "gold", draft.table):
                lake.replace(con, draft)
            stale.built(con, draft.table, wholes, draft.batch)
    draft.discard()


def latest(con: DuckDBPyConnection) -> datetime | None:
    """Return the largest ``known_at`` that the lake holds: the moment as of which gold is built."""
    asked = "select schema_name, table_name from duckdb_columns() where database_name = 'lake' "
    asked += "and column_name = 'known_at' and schema_name in ('bronze', 'silver')"
    tables = con.execute(asked).fetchall()
    if not tables:
        return None
    # Names below are the catalogue's own.
    moments = [f'select max(known_at) as moment from lake.{layer}."{name}"' for layer, name in tables]  # noqa: S608
    row = con.execute(f"select max(moment) from ({' union all '.join(moments)})").fetchone()  # noqa: S608
    return row[0] if row else None


def _ensure_table(con: DuckDBPyConnection, draft: Built) -> None:
    """Make sure of a table of the draft's form; one of another form goes, since its every period is in the draft."""
    if not draft.files:
        return
    kinds = pl.read_parquet_schema(draft.files[0]).items()
    wanted = {name: schema.duckdb_type(kind).replace(" ", "") for name, kind in kinds}
    found = lake.columns(con, "gold", draft.table)
    if found and found != wanted:
        con.execute(f'drop table gold."{draft.table}"')
    if found != wanted:
        lake.ensure_table(con, "gold", draft.table, wanted)
        comments.put(con, f'lake.gold."{draft.table}"', draft.header)


def _days(header: Header, wholes: Mapping[date, str]) -> tuple[date, ...]:
    """Return the first days of all periods, of the finest kind, in ``wholes``."""
    ends = ((first, period.later(header.whole, first)) for first in wholes)
    return tuple(day for first, end in ends for day in period.within(header.finest, first, end))


def _files(
    con: DuckDBPyConnection, indicator: Indicator, wholes: Mapping[date, str], as_of: datetime | None, home: Path
) -> tuple[Path, ...]:
    """Write one file a year into ``home``, none for a year without rows; memory holds one year."""
    files = []
    for year, runs in groupby(period.runs(indicator.header.whole, wholes), key=lambda run: run[0].year):
        rows = pl.concat([_rows(con, indicator, first, end, as_of) for first, end in runs])
        if not rows.is_empty():
            files.append(write(rows, home / f"{year}.parquet"))
    return tuple(files)


def _rows(
    con: DuckDBPyConnection, indicator: Indicator, first: date, end: date, as_of: datetime | None
) -> pl.DataFrame:
    rows = stage.rows(con, indicator, first, end, as_of)
    if not rows[DAY].is_between(first, end, closed="left").all():
        fact = f"{file(indicator.id)}: has rows outside {first} to {end}, the period that was asked for"
        raise ConfigRefused(fact, "Keep to $from and $to.")
    return rows
