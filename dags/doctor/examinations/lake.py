"""Whether the catalogue is sound and every file that it names is there."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

from dags.doctor.finding import fault, note
from transforms import catalogue, lake
from transforms.maintain import TABLES

if TYPE_CHECKING:
    from collections.abc import Iterator

    from dags.doctor.finding import Finding
    from puyango.settings import Settings

SAYS = "The catalogue is sound, and every file that it names is there, as long as it says."

FILES = "select data_file, data_file_size_bytes from ducklake_list_files('lake', ?, schema => ?)"
REBUILD = "Run puyango rebuild: the lake is made anew from the landing, while the old one is still read."


def examine(settings: Settings) -> Iterator[Finding]:
    """Ask SQLite and DuckDB; a lake that does not exist yet is a note."""
    path = catalogue.path(settings)
    if not path.exists():
        yield note(f"there is no lake in {settings.lake}", "Run puyango collect when something has landed.")
        return
    yield from _catalogue(path)
    yield from _files(settings)


def _catalogue(path: Path) -> Iterator[Finding]:
    try:
        with closing(sqlite3.connect(f"{path.as_uri()}?mode=ro", uri=True)) as con:
            answers = [str(answer) for (answer,) in con.execute("pragma integrity_check(3)")]
            mode = con.execute("pragma journal_mode").fetchone()[0]
    except sqlite3.DatabaseError as error:
        answers, mode = [str(error)], "wal"
    if answers != ["ok"]:
        yield fault(f"the catalogue {path} is damaged: {'; '.join(answers)}", REBUILD)
    if mode != "wal":
        yield fault(f"the catalogue {path} is in journal mode {mode}, in which readers stop the writer", REBUILD)


def _files(settings: Settings) -> Iterator[Finding]:
    with lake.reading(settings) as con:
        for layer, table in con.execute(TABLES).fetchall():
            for file, size in con.execute(FILES, [table, layer]).fetchall():
                there = Path(file).stat().st_size if Path(file).exists() else None
                if there != size:
                    found = "is missing" if there is None else f"has {there:,} bytes"
                    yield fault(f"{file} of {layer}.{table} {found}, wanted are {size:,}", REBUILD)
