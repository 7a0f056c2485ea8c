"""``puyango build``: from silver to gold, or beside the lake to the figures of another moment."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated

import typer
from rich.table import Table

from dags import hops
from puyango.cli import _platform
from puyango.cli._edge import interruptible
from puyango.cli._stage import CONSOLE, stage
from puyango.errors import JudgementFailed, UsageRefused
from puyango.settings import load

if TYPE_CHECKING:
    from puyango.settings import Settings

KEPT = "Indicators that were put in place stay, each whole; the one in hand is as it was. Go on with: puyango build"
ALONE = "A mart as of a moment or of a vintage holds every indicator: give --as-of or --vintage alone."


def register(app: typer.Typer) -> None:
    """Add the command to ``app``."""
    app.command()(build)


def build(
    indicators: Annotated[
        list[str] | None, typer.Argument(metavar="[INDICATOR]...", help="Default: every indicator.")
    ] = None,
    as_of: Annotated[
        str, typer.Option("--as-of", metavar="T", help="An instant with its zone, or a day: its end in UTC.")
    ] = "",
    vintage: Annotated[str, typer.Option("--vintage", metavar="V", help="Make this vintage again and compare.")] = "",
) -> None:
    """Compute the stale periods of the indicators, judge the drafts and put them in place in the lake.

    An indicator whose input a critical failure holds waits, and keeps the figures it had.

    With `--as-of`, the lake and the mart stay as they are: silver and a mart of the figures as they were
    known at that moment are left in a folder of their own. With `--vintage`, the figures of a vintage are
    made again from its events, and from its snapshot while the lake has it, and compared with what was published.

    Examples: `puyango build`, `puyango build trade_value_usd trade_product_hhi`,
    `puyango build --as-of 2026-03-01`, `puyango build --as-of 2026-03-01T10:00:00-05:00`,
    `puyango build --vintage 2026-03-01T15:00:00Z-01`
    """
    settings = load()
    _platform.require(settings)
    if sum(map(bool, (indicators, as_of, vintage))) > 1:
        raise UsageRefused("indicators, --as-of and --vintage exclude one another", ALONE)
    if as_of:
        _as_of(settings, as_of)
    elif vintage:
        _again(settings, vintage)
    else:
        _gold(settings, indicators or [])


def _gold(settings: Settings, asked: list[str]) -> None:
    from warehouse import indicator  # noqa: PLC0415 -- engines load only where they work

    names = [indicator.indicator(name).id for name in asked] or [each.id for each in indicator.indicators()]
    with interruptible(KEPT), stage("build") as now:
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


def _as_of(settings: Settings, asked: str) -> None:
    from warehouse import moment, remaking  # noqa: PLC0415 -- as above

    at = moment.moment(asked)
    with stage(f"build as of {moment.spelled(at)}"):
        made = remaking.as_of(settings, at, datetime.now(UTC))
    CONSOLE.print(f"as known at {moment.spelled(at)}, not judged and not published: {made.mart}")


def _again(settings: Settings, asked: str) -> None:
    from warehouse import register as published  # noqa: PLC0415 -- as above
    from warehouse import remaking  # noqa: PLC0415 -- as above

    found = published.find(settings, asked)
    with stage(f"make {found.name} again"):
        made = remaking.remade(settings, found)
    for way, figures in made.ways.items():
        verdict = "[green]equal[/]" if figures == found.figures else "[bold red]NOT EQUAL[/]"
        CONSOLE.print(f"from its {way}: {verdict} [dim]sha256 {figures}[/]")
    CONSOLE.print(f"mart: {made.path}")
    if not made.same_program:
        CONSOLE.print(f"[yellow]It was made by {found.code_version}; this is another program.[/]")
    if not made.equal:
        raise JudgementFailed(
            f"{found.name} made again differs from what was published, sha256 {found.figures}",
            "Compare the two marts. Another program may compute otherwise; use the one that made it.",
        )
