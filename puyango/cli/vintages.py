"""``puyango vintages``: everything that was ever published, and the proof that nobody changed it."""

from __future__ import annotations

from typing import Annotated

import typer
from rich.table import Table

from puyango.cli import _vintage
from puyango.cli._stage import CONSOLE, stage
from puyango.errors import JudgementFailed
from puyango.settings import load


def register(app: typer.Typer) -> None:
    """Add the command to ``app``."""
    app.command()(vintages)


def vintages(
    verify: Annotated[
        bool, typer.Option("--verify", help="Check the chain of the register and the mart of each vintage.")
    ] = False,
) -> None:
    """List the vintages: as of when, from which snapshot, by which program, and how many figures changed and why.

    With `--verify`, exit code 1 names each line or mart that does not say what was published.

    Examples: `puyango vintages`, `puyango vintages --verify`
    """
    from warehouse import proof, register  # noqa: PLC0415 -- engines load only where they work

    settings = load()
    if verify:
        with stage("verify") as now:
            faults = proof.faults(settings, now.expect, now.step)
        if faults:
            raise JudgementFailed("; ".join(faults), "Restore what is named from its backup.")
        CONSOLE.print("The chain of the register is whole, and every mart says what was published.")
    shown = Table("vintage", "as of", box=None, header_style="dim")
    shown.add_column("snapshot", justify="right")
    shown.add_column("program")
    shown.add_column("held", justify="right")
    shown.add_column("changed", justify="right")
    shown.add_column("why")
    for each in register.read(settings):
        why = ", ".join(f"{reason} {each.reasons[reason]:,}" for reason in _vintage.REASONS if reason in each.reasons)
        changed = f"{each.changed:,}" if each.previous else "first"
        held = str(len(each.held) or "")
        shown.add_row(each.name, _vintage.moment(each), str(each.snapshot), each.code_version, held, changed, why)
    CONSOLE.print(shown if shown.row_count else "Nothing is published yet; run puyango publish.")
