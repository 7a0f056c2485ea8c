"""The economist's door: a file with which the DuckDB shell attaches the lake, read-only."""

from __future__ import annotations

from typing import TYPE_CHECKING

from puyango import durable
from transforms import catalogue
from transforms.engine import extension, quoted

if TYPE_CHECKING:
    from pathlib import Path

    from puyango.settings import Settings

NAME = "attach.sql"
EXTENSIONS = ("sqlite_scanner", "ducklake")


def write(settings: Settings) -> Path:
    """Leave ``attach.sql`` beside the catalogue, for ``duckdb -init``; return its path."""
    loads = [f"LOAD '{quoted(extension(name))}';" for name in EXTENSIONS]
    options = f"READ_ONLY, DATA_PATH '{quoted(catalogue.data(settings))}/', OVERRIDE_DATA_PATH true"
    attach = f"ATTACH 'ducklake:sqlite:{quoted(catalogue.path(settings))}' AS lake ({options});"
    text = "\n".join((*loads, attach, "SET TimeZone = 'UTC';", "USE lake;", ""))
    path = settings.lake / NAME
    durable.replace(path, lambda aside: _put(aside, text))
    return path


def _put(path: Path, text: str) -> None:
    path.write_text(text, encoding="utf-8")
