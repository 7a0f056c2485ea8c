"""DuckDB as every process of the platform opens it: one version, extensions from the environment, UTC."""

from __future__ import annotations

import importlib.util
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import duckdb

from puyango.errors import ConfigRefused

if TYPE_CHECKING:
    from collections.abc import Iterator

VERSION = "1.5.5"
EXTENSIONS = ("ducklake", "sqlite_scanner")
SAFE: dict[str, str | bool | int | float | list[str]] = {
    "autoinstall_known_extensions": False,
    "autoload_known_extensions": False,
    "python_enable_replacements": False,
}
SETTINGS = "select name, value from duckdb_settings() where name <> 'temp_directory' order by all"
LOCAL = "SET enable_progress_bar = false"


_idle: list[duckdb.DuckDBPyConnection] = []


@contextmanager
def session(spill: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """Yield a connection to an engine and an empty database ``memory``; what it made or attached is gone afterwards.

    What does not fit into memory goes to the folder ``spill``.
    Checking the signatures of the extensions takes a quarter of a second, so an engine is used again,
    unless somebody changed its settings.
    """
    _expect_version()
    engine = _taken(spill)
    settings = engine.execute(SETTINGS).fetchall()
    engine.execute("ATTACH ':memory:' AS memory")
    con = engine.cursor()
    con.execute(LOCAL)
    try:
        yield con
    except BaseException:
        con.interrupt()  # a query that a signal ended goes on in the engine's threads, and closing waits for it
        raise
    finally:
        con.close()
        _return(engine, settings)


def _taken(spill: Path) -> duckdb.DuckDBPyConnection:
    """Return an idle engine that spills there, or a new one; one that has spilled elsewhere cannot be moved."""
    try:
        engine = _idle.pop()
    except IndexError:
        return _prepared(spill)
    row = engine.execute("select current_setting('temp_directory')").fetchone()
    if row != (str(spill),):
        try:
            engine.execute(f"SET temp_directory = '{quoted(spill)}'")
        except duckdb.Error:
            engine.close()
            return _prepared(spill)
    return engine


def _prepared(spill: Path) -> duckdb.DuckDBPyConnection:
    """Return an engine whose own database is out of the way, so that each session gets a ``memory`` of its own."""
    engine = connect(*EXTENSIONS)
    engine.execute("ATTACH ':memory:' AS platform; USE platform; DETACH memory")
    engine.execute(f"SET temp_directory = '{quoted(spill)}'")
    return engine


def _return(engine: duckdb.DuckDBPyConnection, settings: list[tuple[str, str]]) -> None:
    try:
        engine.execute("DETACH DATABASE IF EXISTS lake; DETACH memory")
        clean = engine.execute(SETTINGS).fetchall() == settings
    except duckdb.Error:
        clean = False
    if clean:
        _idle.append(engine)
    else:
        engine.close()


def connect(*extensions: str) -> duckdb.DuckDBPyConnection:
    """Return a new engine in memory with ``extensions`` loaded, whose days are days of UTC in all its cursors.

    Nothing is fetched from a network, and signatures stay checked. Raises ``ConfigRefused`` when
    another version of DuckDB is installed: extension binaries and the catalogue belong to one.
    """
    _expect_version()
    con = duckdb.connect(config=SAFE)
    for name in extensions:
        con.execute(f"LOAD '{quoted(extension(name))}'")
    con.execute(f"SET GLOBAL TimeZone = 'UTC'; {LOCAL}")
    return con


def quoted(path: Path) -> str:
    """Return ``path`` as it stands between the quotes of an SQL text."""
    return str(path).replace("'", "''")


def _expect_version() -> None:
    if duckdb.__version__ != VERSION:
        raise ConfigRefused(
            f"duckdb {duckdb.__version__} is installed, the lake is written by duckdb {VERSION}",
            f"Install duckdb=={VERSION}; the catalogue is never migrated by itself.",
        )


def extension(name: str) -> Path:
    """Return the binary of an extension that was installed as a wheel; raises ``ConfigRefused`` without it."""
    spec = importlib.util.find_spec(f"duckdb_extension_{name}")
    if spec is not None and spec.origin is not None:
        path = Path(spec.origin).parent / "extensions" / f"v{VERSION}" / f"{name}.duckdb_extension"
        if path.exists():
            return path
    wheel = f"duckdb-extension-{name.replace('_', '-')}=={VERSION}"
    raise ConfigRefused(f"the DuckDB extension {name} for {VERSION} is not installed", f"Install {wheel}.")
