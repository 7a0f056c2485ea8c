"""What a vintage is and what it changed, as people read it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from rich.table import Table

from puyango.cli._stage import CONSOLE

if TYPE_CHECKING:
    from collections.abc import Sequence

    from warehouse.changes import Change
    from warehouse.vintage import Vintage

REASONS = ("new", "late", "rectified", "cancelled", "reference_data", "method", "held", "unexplained")


def moment(made: Vintage) -> str:
    """Return the moment as of which the vintage stands."""
    return f"{made.as_of:%Y-%m-%d %H:%M:%S} UTC"


def tell(made: Vintage, largest: Sequence[Change]) -> None:
    """Print which vintage it is, what differs from the one before, why, and the largest differences."""
    CONSOLE.print(f"[bold]vintage {made.name}[/]: as of {moment(made)}, snapshot {made.snapshot}")
    CONSOLE.print(f"[dim]program {made.code_version}[/]")
    for reason in made.held:
        CONSOLE.print("[yellow]held[/] ", end="")
        CONSOLE.print(reason, markup=False)
    for indicator, vintage in made.standing.items():
        CONSOLE.print(f"  {indicator} shows the figures of {vintage or 'its last judged build'}")
    if not made.previous:
        CONSOLE.print("The first vintage: there is none before it to compare with.")
    elif not made.changes:
        CONSOLE.print(f"No figure differs from {made.previous}.")
    else:
        CONSOLE.print(f"Figures that differ from {made.previous}, by reason (table revision of the mart):")
        CONSOLE.print(_counted(made))
    if largest:
        CONSOLE.print("Among the largest:")
        CONSOLE.print(_largest(largest))


def _counted(made: Vintage) -> Table:
    shown = [reason for reason in REASONS if reason in made.reasons]
    table = Table("indicator", box=None, header_style="dim")
    for reason in shown:
        table.add_column(reason, justify="right")
    for indicator, counts in made.changes.items():
        table.add_row(indicator, *(f"{counts[reason]:,}" if reason in counts else "" for reason in shown))
    return table


def _largest(changes: Sequence[Change]) -> Table:
    table = Table("figure", box=None, header_style="dim")
    for column in ("old", "new", "part"):
        table.add_column(column, justify="right")
    table.add_column("reason")
    for each in changes:
        place = ", ".join(str(value) for value in json.loads(each.grain).values() if value not in ("_Z", "_U"))
        table.add_row(
            f"{each.indicator}\n[dim]{place}[/]", each.old, each.new, f"{each.part.normalize():+f}", each.reason
        )
    return table
