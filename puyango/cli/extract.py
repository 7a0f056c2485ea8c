"""``puyango extract``: the published figures as files for those who do not open the mart."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer
from rich.table import Table

from dags import hops
from puyango.cli._stage import CONSOLE, stage
from puyango.errors import UsageRefused
from puyango.settings import load

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

KIB = 1024


def register(app: typer.Typer) -> None:
    """Add the command to ``app``."""
    app.command()(extract)


def extract(
    vintage: Annotated[
        str, typer.Option(metavar="VINTAGE", help="Default: the last one; see `puyango vintages`.")
    ] = "",
    language: Annotated[Literal["es", "en"] | None, typer.Option(help="List the files in this language only.")] = None,
    group: Annotated[str, typer.Option(metavar="GROUP", help="List the files of this group only.")] = "",
) -> None:
    """Write a published vintage as CSV and workbooks in Spanish and English, with a manifest, and list the files.

    The extract is always whole; the options choose what is listed. The same vintage gives the same bytes: where
    it is already there, it is compared and nothing is written.

    Examples: `puyango extract`, `puyango extract --language es --group people`,
    `puyango extract --vintage 2026-11-24T12:00:00Z-01`
    """
    from warehouse.extract import manifest  # noqa: PLC0415 -- engines load only where they work

    settings = load()
    _expect(group)
    with stage("extract"):
        path = hops.extract(settings, vintage)
    files = manifest.read(path)["files"]
    CONSOLE.print(_listed(path.parent, [file for file in files if _asked(file, language, group)]))
    CONSOLE.print(f"extract: {path.parent}")
    CONSOLE.print("Read LEEME.txt or README.txt first; verify with: sha256sum -c SHA256SUMS", style="dim")


def _expect(group: str) -> None:
    """Refuse a group that no indicator is in."""
    from warehouse.header import headers  # noqa: PLC0415 -- declarations are read only where they are used

    known = sorted({header.group for header in headers()})
    if group and group not in known:
        raise UsageRefused(f"there is no group {group}", f"There are: {', '.join(known)}.")


def _asked(file: dict[str, Any], language: str | None, group: str) -> bool:
    return (not language or file["language"] == language) and (not group or file["group"] == group)


def _listed(folder: Path, files: Sequence[dict[str, Any]]) -> Table:
    shown = Table(f"files in {folder.name}", box=None, header_style="dim")
    for column in ("rows", "KiB"):
        shown.add_column(column, justify="right")
    for file in files:
        rows = "" if file["rows"] is None else f"{file['rows']:,}"
        shown.add_row(file["path"], rows, f"{file['bytes'] / KIB:,.0f}")
    return shown
