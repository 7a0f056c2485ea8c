"""A look at what was known: silver and figures made from a part of the events, beside the lake, never in it."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING

from puyango import durable
from transforms import engine, lake, months, settle, stale
from transforms.table import declared
from warehouse import archive, events, mart, moment, scenario, stage
from warehouse.indicator import indicators
from warehouse.vintage import basic

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping
    from datetime import date, datetime
    from pathlib import Path

    import polars as pl
    from duckdb import DuckDBPyConnection

    from puyango.settings import Settings
    from transforms.table import Table
    from warehouse.edition import Edition
    from warehouse.mart import Written
    from warehouse.vintage import Vintage

NAME = "puyango.duckdb"
DATABASE = "memory"


@dataclass(frozen=True, slots=True)
class Silver:
    """One table in Parquet ``files``: how many ``rows``, and the ``days`` that have some."""

    files: tuple[Path, ...]
    days: tuple[date, ...]
    rows: int


@dataclass(frozen=True, slots=True)
class Look:
    """The tables of silver in ``folder``; its figures lie in ``mart`` once they are built."""

    folder: Path
    silver: Mapping[str, Silver]

    @property
    def mart(self) -> Path:
        """The file of its figures."""
        return self.folder / NAME


def home(settings: Settings) -> Path:
    """Return the folder of all looks."""
    return settings.home / "as-of"


def settled_as_of(settings: Settings, asked: datetime, now: datetime, tables: Collection[str]) -> Look:
    """Settle ``tables`` from what was known at ``asked`` into the folder of that moment; the lake is only read.

    Raises ``UsageRefused`` with the range of what can be asked at ``now``.
    """
    with lake.reading(settings) as con:
        moment.judge(con, asked, now)
        folder = home(settings) / basic(moment.spelled(asked))
        named = {name: declared()[name].TABLE for name in tables}
        return Look(
            folder, {name: _kept(folder, each, settle.as_known(con, each, asked)) for name, each in named.items()}
        )


def settled_of(settings: Settings, vintage: Vintage) -> Look:
    """Settle every table from exactly the events that ``vintage`` was made from; the lake is only read."""
    with lake.reading(settings) as con:
        folder, named = home(settings) / vintage.folder, {name: each.TABLE for name, each in declared().items()}
        return Look(folder, {name: _kept(folder, each, _of(con, each, vintage)) for name, each in named.items()})


def build(settings: Settings, look: Look, edition: Edition, before: Path | None = None) -> Written:
    """Make the mart of ``look``: every indicator, by the present program, judged by nobody.

    What stood still in the edition is taken from the mart ``before`` it.
    """
    made: list[Written] = []

    def write(path: Path) -> None:
        with mart.writing(con, path):
            made.append(mart.write(con, edition))

    with engine.session(settings.lake.resolve() / "spill") as con, archive.attached(con, before):
        for name, silver in look.silver.items():
            _lay(con, name, silver)
        every = indicators()
        wholes = scenario.touched(every, {name: silver.days for name, silver in look.silver.items()})
        for each in every:
            scenario.figures(con, each, wholes[each.id], edition.as_of)
        durable.replace(look.mart, write, mode=0o444)
    return made[0]


def _of(con: DuckDBPyConnection, table: Table, vintage: Vintage) -> Iterator[pl.DataFrame]:
    """Yield the rows of ``table`` from the events of ``vintage``, a year at a time."""
    if not lake.columns(con, "bronze", table.reads.name):
        return
    for _, days in groupby(stale.touched(con, table), key=lambda day: day.year):
        events.put(con, table.reads.name, vintage)
        yield events.silver(con, table, list(days))


def _kept(folder: Path, table: Table, frames: Iterable[pl.DataFrame]) -> Silver:
    """Put ``frames`` in the place of what the folder has of ``table``."""
    place, fresh = folder / "silver" / table.name, durable.aside(folder / table.name)
    fresh.mkdir(mode=0o750, parents=True)
    days: set[date] = set()
    rows = 0
    try:
        for frame in frames:
            months.write(frame, table.anchor, fresh)
            days.update(frame.get_column(table.anchor).unique())
            rows += frame.height
        shutil.rmtree(place, ignore_errors=True)
        place.parent.mkdir(mode=0o750, exist_ok=True)
        fresh.rename(place)
    except OSError as error:
        raise durable.refusal(error, place) from error
    finally:
        shutil.rmtree(fresh, ignore_errors=True)
    return Silver(tuple(sorted(place.rglob("*.parquet"))), tuple(sorted(days)), rows)


def _lay(con: DuckDBPyConnection, name: str, silver: Silver) -> None:
    """Let the stage's table of silver be that of the look."""
    con.execute("create schema if not exists memory.silver")
    if not silver.files:
        stage.create(con, "silver", name, settle.columns(declared()[name].TABLE))
        return
    files = ", ".join(f"'{engine.quoted(path)}'" for path in silver.files)
    con.execute(f'create table memory.silver."{name}" as from read_parquet([{files}], hive_partitioning = false)')
