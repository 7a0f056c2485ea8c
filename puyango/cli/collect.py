"""``puyango collect``: from landing to bronze."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer
from rich.table import Table

import streams.families
from dags import hops
from puyango.cli import _platform
from puyango.cli._edge import interruptible
from puyango.cli._stage import CONSOLE, stage
from puyango.members import members
from puyango.settings import load

if TYPE_CHECKING:
    from collections.abc import Iterable

    from transforms.collect import Collected

KEPT = "Families that were collected stay, each whole; the one in hand is as it was. Go on with: puyango collect"


def register(app: typer.Typer) -> None:
    """Add the command to ``app``."""
    app.command()(collect)


def collect(
    families: Annotated[list[str] | None, typer.Argument(metavar="[FAMILY]...", help="Default: every family.")] = None,
) -> None:
    """Bring what has landed into the lake, each event once, and judge it.

    What is pending is read from the lake's ledger, so running this twice, or from two places at once, does no harm.

    Examples: `puyango collect`, or one family alone `puyango collect crossing_count`
    """
    settings = load()
    _platform.require(settings)
    names = families or [module.CONTRACT.name for module in members(streams.families)]
    with interruptible(KEPT), stage("collect") as now:
        now.expect(len(names))
        done = hops.collect(settings, names, now.step)
    CONSOLE.print(_shown(done))
    hops.answer(settings)


def _shown(done: Iterable[Collected]) -> Table:
    table = Table("family", box=None, header_style="dim")
    for title in ("segments", "rows", "refused", "anchor days"):
        table.add_column(title, justify="right")
    for each in done:
        counts = (each.segments, each.rows, each.refused, len(each.days))
        table.add_row(each.family, *(f"{count:,}" for count in counts))
    return table
