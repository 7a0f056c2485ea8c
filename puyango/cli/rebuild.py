"""``puyango rebuild``: the lake made again from the landing."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.table import Table

import streams.families
from dags import hops
from puyango.cli import _platform
from puyango.cli._edge import interruptible
from puyango.cli._stage import CONSOLE, stage
from puyango.errors import JudgementFailed
from puyango.members import members
from puyango.settings import load

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    import typer

    from puyango.cli._stage import Stage
    from puyango.settings import Settings
    from transforms.rebuild import Compared

HEX = 16
KEPT = (
    "A whole lake is in force: the old one, unless the new one had taken its place. Start again with: puyango rebuild"
)


def register(app: typer.Typer) -> None:
    """Add the command to ``app``."""
    app.command()(rebuild)


def rebuild() -> None:
    """Make the lake again from the landing, and say whether every table holds the same as before.

    The new lake is made aside, while everybody goes on with the old one, and takes its place at the end. Then
    the old one is dropped, or kept where the two differ. Verdicts and the register of vintages are carried
    over; earlier snapshots are not. The landing is only read.

    Example: `puyango rebuild`
    """
    from transforms import rebuild as engine  # noqa: PLC0415 -- engines load only where they work

    settings = load()
    _platform.require(settings)
    families = [module.CONTRACT.name for module in members(streams.families)]
    with interruptible(KEPT), stage("rebuild") as now:
        done = engine.rebuild(settings, families, steps(families, now))
    CONSOLE.print(_shown(done.tables))
    different = [f"{each.layer}.{each.table}" for each in done.tables if each.before and not each.equal]
    if different:
        raise JudgementFailed(
            f"{len(different)} tables differ from before: {', '.join(different)}",
            f"The old lake is kept in {done.kept}; compare the two before removing that folder (docs/lake.md).",
        )
    if done.kept:
        CONSOLE.print(f"[yellow]The old lake could not be read whole, so it is kept in[/] {done.kept}")
    hops.answer(settings)


def steps(families: Sequence[str], now: Stage) -> list[Callable[[Settings], object]]:
    """Return what follows collect, as the pipeline does it: judge bronze, settle, build, each judged."""
    from expectations import gate  # noqa: PLC0415 -- as above
    from transforms.table import declared  # noqa: PLC0415 -- as above
    from warehouse.indicator import indicators  # noqa: PLC0415 -- as above

    def judge(settings: Settings) -> None:
        for family in families:
            gate.bronze(settings, family)

    return [
        judge,
        lambda settings: hops.settle(settings, declared(), now.step),
        lambda settings: hops.build(settings, [indicator.id for indicator in indicators()], now.step),
    ]


def _shown(compared: Sequence[Compared]) -> Table:
    table = Table("table", "before", "after", "", box=None, header_style="dim")
    for each in compared:
        verdict = "[green]equal[/]" if each.equal else "[red]not equal[/]" if each.before else "new"
        table.add_row(f"{each.layer}.{each.table}", each.before[:HEX] or "-", each.after[:HEX] or "-", verdict)
    return table
