"""``puyango build``: from silver to gold."""

from __future__ import annotations

from typing import Annotated

import typer
from rich.table import Table

from dags import hops
from puyango.cli._stage import CONSOLE, stage
from puyango.settings import load


def register(app: typer.Typer) -> None:
    """Add the command to ``app``."""
    app.command()(build)


def build(
    indicators: Annotated[
        list[str] | None, typer.Argument(metavar="[INDICATOR]...", help="Default: every indicator.")
    ] = None,
) -> None:
    """Compute the stale periods of the indicators, judge the drafts and put them in place in the lake.

    An indicator whose input a critical failure holds waits, and keeps the figures it had.

    Examples: `puyango build`, or some alone `puyango build trade_value_usd trade_product_hhi`
    """
    from warehouse import indicator  # noqa: PLC0415 -- engines load only where they work

    settings = load()
    names = [indicator.indicator(name).id for name in indicators or []] or [each.id for each in indicator.indicators()]
    with stage("build") as now:
        now.expect(len(names))
        done = hops.build(settings, names, now.step)
    shown = Table("indicator", box=None, header_style="dim")
    shown.add_column("periods replaced", justify="right")
    shown.add_column("")
    for each in done:
        periods = 0 if each.held else each.wholes
        shown.add_row(each.table, f"{periods:,}", f"{each.wholes:,} periods wait for a judgement" if each.held else "")
    CONSOLE.print(shown)
    CONSOLE.print("The mart is as it was; puyango publish makes a vintage of what the lake says now.")
    hops.answer(settings)
