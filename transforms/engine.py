"""DuckDB as every process of the platform opens it: one version, extensions from the environment, UTC."""

from __future__ import annotations

import importlib.util
from pathlib import Path

import duckdb

from puyango.errors import ConfigRefused

VERSION = "1.5.5"
SAFE: dict[str, str | bool | int | float | list[str]] = {
    "autoinstall_known_extensions": False,
    "autoload_known_extensions": False,
    "python_enable_replacements": False,
}


def connect(*extensions: str) -> duckdb.DuckDBPyConnection:
    """Return a connection in memory with ``extensions`` loaded, whose days are days of UTC.

    Nothing is fetched from a network, and signatures stay checked. Raises ``ConfigRefused`` when
    another version of DuckDB is installed: extension binaries and the catalogue belong to one.
    """
    if duckdb.__version__ != VERSION:
        raise ConfigRefused(
            f"duckdb {duckdb.__version__} is installed, the lake is written by duckdb {VERSION}",
            f"Install duckdb=={VERSION}; the catalogue is never migrated by itself.",
        )
    con = duckdb.connect(config=SAFE)
    for name in extensions:
        con.execute(f"LOAD '{extension(name)}'")
    con.execute("SET TimeZone = 'UTC'; SET enable_progress_bar = false")
    return con


def extension(name: str) -> Path:
    """Return the binary of an extension that was installed as a wheel; raises ``ConfigRefused`` without it."""
    spec = importlib.util.find_spec(f"duckdb_extension_{name}")
    if spec is not None and spec.origin is not None:
        path = Path(spec.origin).parent / "extensions" / f"v{VERSION}" / f"{name}.duckdb_extension"
        if path.exists():
            return path
    wheel = f"duckdb-extension-{name.replace('_', '-')}=={VERSION}"
    raise ConfigRefused(f"the DuckDB extension {name} for {VERSION} is not installed", f"Install {wheel}.")
