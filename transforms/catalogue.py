"""The catalogue of the lake: where it lies, how it is attached, how it begins."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Literal

import duckdb

from puyango import durable
from puyango.errors import Busy
from transforms import engine, fault, ops

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from duckdb import DuckDBPyConnection

    from puyango.settings import Settings

LAYERS = ("bronze", "silver", "gold", "ops")
WRITE = "META_JOURNAL_MODE 'WAL'"
READ = "READ_ONLY"
CURRENT = "current"
SQLITE = "catalog.sqlite"
DATA = "data"


def home(settings: Settings) -> Path:
    """Return the folder of the lake in force: the one that a rebuild put there, or the first, with no number.

    No two lakes ever had the same one, so a reader that attached an earlier lake finds nothing there, never
    the tables of another.
    """
    here = settings.lake.resolve()
    link = here / CURRENT
    return link.resolve() if link.is_symlink() else here


def path(settings: Settings) -> Path:
    """Return the path of the SQLite file."""
    return home(settings) / SQLITE


def data(settings: Settings) -> Path:
    """Return the folder of the data files."""
    return home(settings) / DATA


def lock(settings: Settings) -> Path:
    """Return the path of the committer's lock: beside the lake, so that it is the same before and after a rebuild."""
    return settings.lake.parent.resolve() / f"{settings.lake.name}.lock"


def publication(settings: Settings) -> Path:
    """Return the path of the lock of whoever publishes: while it is held, no other lake comes in force."""
    return settings.home.resolve() / "publish.lock"


@contextmanager
def attached(
    settings: Settings, mode: Literal["read", "write"], at: Path | None = None
) -> Iterator[DuckDBPyConnection]:
    """Yield a connection whose default database is the lake; it is closed, and what was not committed is void.

    An error of the engine is raised as what it means for the operator (``transforms.fault``).
    """
    here = home(settings)
    options = f"DATA_PATH '{engine.quoted(here / DATA)}/', OVERRIDE_DATA_PATH true, {READ if mode == 'read' else WRITE}"
    with engine.session(settings.lake.resolve() / "spill") as con:
        try:
            con.execute(f"ATTACH 'ducklake:sqlite:{engine.quoted(at or here / SQLITE)}' AS lake ({options})")
            con.execute("USE lake")
            yield con
        except duckdb.Error as error:
            if home(settings) != here:
                raise Busy(f"the lake in {here} was made anew while it was read", "Run this again.") from error
            if answer := fault.answer(error, settings.lake):
                raise answer from error
            raise


@contextmanager
def writable(settings: Settings) -> Iterator[DuckDBPyConnection]:
    """Yield a connection to a lake that has its layers and ledger; call it under the lock only."""
    if not path(settings).exists():
        _begin(settings)
    with attached(settings, "write") as con:
        if not _complete(con):
            _complement(con)
        yield con


def _begin(settings: Settings) -> None:
    """Make a new catalogue aside and give it its name when it is complete: a reader finds a whole lake or none."""
    new = path(settings).with_name("catalog.new")
    try:
        data(settings).mkdir(mode=0o750, parents=True, exist_ok=True)
        for left in new.parent.glob("catalog.new*"):
            left.unlink()
        with attached(settings, "write", new) as con:
            con.execute("CALL lake.set_option('parquet_compression', 'zstd')")
            _complement(con)
        durable.sync(new)
        new.rename(path(settings))
        durable.sync_folder(new.parent)
    except OSError as error:
        raise durable.refusal(error, settings.lake) from error


def _complete(con: DuckDBPyConnection) -> bool:
    asked = "select count(*) from duckdb_tables() where database_name = 'lake' and schema_name = 'ops'"
    row = con.execute(asked).fetchone()
    return row is not None and row[0] >= len(ops.TABLES)


def _complement(con: DuckDBPyConnection) -> None:
    """Create the layers and tables of the ledger that are missing.

    Outside the ledger nothing small is kept in the catalogue: a file whose rows were deleted there would stay.
    """
    con.execute("BEGIN")
    for layer in LAYERS:
        con.execute(f"create schema if not exists lake.{layer}")
    for name, columns in ops.TABLES.items():
        listed = ", ".join(f"{column} {kind}" for column, kind in columns.items())
        con.execute(f"create table if not exists ops.{name} ({listed})")
    con.execute("insert into ops.clock select 0 where not exists (from ops.clock)")
    con.execute("CALL lake.set_commit_message('puyango', 'begin the lake')")
    con.execute("COMMIT")
    for layer in LAYERS[:-1]:
        con.execute(f"CALL lake.set_option('data_inlining_row_limit', 0, schema => '{layer}')")
