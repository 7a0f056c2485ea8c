"""``puyango build``: from silver to gold, and gold to the mart."""

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
    """Compute the stale periods of the indicators, judge the drafts, put them in place and publish the mart.

    An indicator whose input a critical failure holds waits, and keeps the figures it had.

    Examples: `puyango build`, or some alone `puyango build trade_value_usd trade_product_hhi`
    """
    from warehouse import indicator, mart  # noqa: PLC0415 -- engines load only where they work

    settings = load()
    names = [indicator.indicator(name).id for name in indicators or []] or [each.id for each in indicator.indicators()]
    with stage("build") as now:
        now.expect(len(names))
        done = {each.table: each for each in hops.build(settings, names, now.step)}
    with stage("publish the mart"):
        path = hops.publish(settings)
    shown = Table("indicator", box=None, header_style="dim")
    for column in ("periods replaced", "rows in the mart"):
        shown.add_column(column, justify="right")
    shown.add_column("")
    for row in mart.contents(path):
        each = done.get(row["indicator"])
        periods = 0 if each is None or each.held else each.wholes
        shown.add_row(row["indicator"], f"{periods:,}", f"{row['rows']:,}", row["held"] or "")
    CONSOLE.print(shown)
    CONSOLE.print(f"mart: {path}")
    hops.answer(settings)
