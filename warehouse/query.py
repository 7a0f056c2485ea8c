"""Questions of people to the mart or the lake: one at a time, with an end, and nothing can be written by them."""

from __future__ import annotations

import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING

import duckdb

from puyango.errors import InputUnfit, UsageRefused, WatchdogFired
from transforms import catalogue, engine
from transforms.engine import quoted
from transforms.lake import reading
from warehouse import archive, entry, question, register
from warehouse.question import QueryRefused

if TYPE_CHECKING:
    from collections.abc import Iterator

    from duckdb import DuckDBPyConnection, DuckDBPyRelation

    from puyango.settings import Settings

__all__ = ["QueryRefused", "answer", "lake", "mart"]

LOCKED = "SET enable_external_access = false; SET lock_configuration = true"


@contextmanager
def mart(settings: Settings, vintage: str) -> Iterator[DuckDBPyConnection]:
    """Yield a connection that reads the mart of ``vintage``, or the published one, and no other file."""
    path = archive.kept(settings, register.find(settings, vintage)) if vintage else settings.mart
    if not path.exists():
        raise InputUnfit(f"there is no mart in {path}", "Run puyango publish first.")
    with duckdb.connect(str(path), read_only=True, config=engine.SAFE) as con:
        con.execute(f"SET TimeZone = 'UTC'; {LOCKED}")
        yield con


@contextmanager
def lake(settings: Settings, vintage: str) -> Iterator[DuckDBPyConnection]:
    """Yield a connection that reads the lake as it is, or at the snapshot of ``vintage``, and no other files.

    Raises ``InputUnfit`` where the lake was made anew since that vintage: then it has that snapshot no more.
    """
    at = f", SNAPSHOT_VERSION {_snapshot(settings, vintage)}" if vintage else ""
    source, data = catalogue.path(settings), f"{quoted(catalogue.data(settings))}/"
    if not source.exists():
        raise InputUnfit(f"there is no lake in {settings.lake}", "Run puyango collect first.")
    with engine.connect(*engine.EXTENSIONS) as con:
        options = f"READ_ONLY, DATA_PATH '{data}', OVERRIDE_DATA_PATH true{at}"
        con.execute(f"ATTACH 'ducklake:sqlite:{quoted(source)}' AS lake ({options}); USE lake")
        con.execute(f"SET allowed_directories = ['{data}']; {LOCKED}")
        yield con


def answer(con: DuckDBPyConnection, asked: str, limit_s: float) -> DuckDBPyRelation | None:
    """Return the answer to one question; None where it only set a variable.

    Raises ``QueryRefused`` for what is not one question, ``UsageRefused`` for one that the engine does not
    understand, and ``WatchdogFired`` after ``limit_s`` seconds.
    """
    question.judge(con, asked)
    timer = threading.Timer(limit_s, con.interrupt)
    timer.start()
    try:
        relation = con.sql(asked)
        return relation.execute() if relation is not None else None
    except duckdb.InterruptException:
        raise WatchdogFired(f"no answer after {limit_s:g} s", "Ask for fewer rows or periods.") from None
    except duckdb.PermissionException as error:
        raise QueryRefused(f"this door reads no files: {error}", "Ask for the tables: show tables.") from None
    except duckdb.Error as error:
        raise UsageRefused(f"the query cannot be answered: {error}", "Try: show tables; describe TABLE.") from None
    finally:
        timer.cancel()


def _snapshot(settings: Settings, name: str) -> int:
    found = register.find(settings, name)
    with reading(settings) as con:
        if entry.there(con, found):
            return found.snapshot
    fact = f"the lake was made anew since {found.name} was published, and has its snapshot no more"
    raise InputUnfit(fact, f"Its figures are kept: puyango sql --vintage {found.name}")
