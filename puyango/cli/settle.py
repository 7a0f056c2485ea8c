"""``puyango settle``: from bronze to silver."""

from __future__ import annotations

from typing import Annotated

import typer
from rich.table import Table

from dags import hops
from puyango.cli._stage import CONSOLE, stage
from puyango.settings import load


def register(app: typer.Typer) -> None:
    """Add the command to ``app``."""
    app.command()(settle)


def settle(
    tables: Annotated[list[str] | None, typer.Argument(metavar="[TABLE]...", help="Default: every table.")] = None,
) -> None:
    """Fold the days that were touched into silver, judge the draft and put it in place.

    A late event re-opens its own day and no other; days that are settled are left alone.

    Examples: `puyango settle`, or one table alone `puyango settle reported_count`
    """
    from transforms.table import declared  # noqa: PLC0415 -- engines load only where they work

    settings = load()
    names = tables or list(declared())
    with stage("settle") as now:
        now.expect(len(names))
        done = hops.settle(settings, names, now.step)
    shown = Table("table", box=None, header_style="dim")
    shown.add_column("days replaced", justify="right")
    shown.add_column("")
    for each in done:
        days = 0 if each.held else each.wholes
        shown.add_row(each.table, f"{days:,}", f"{each.wholes:,} days wait for a judgement" if each.held else "")
    CONSOLE.print(shown)
    hops.answer(settings)
