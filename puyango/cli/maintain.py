"""``puyango maintain``: files few and large, nothing left behind."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.table import Table

from dags import hops
from puyango.cli._edge import interruptible
from puyango.cli._stage import CONSOLE, stage
from puyango.settings import load

if TYPE_CHECKING:
    import typer

KEPT = "Steps that were done stay, and no figure has changed. Go on with: puyango maintain"
SAID = {
    "merged": "small files put together",
    "snapshots": "snapshots expired",
    "unneeded": "files removed that no snapshot needs",
    "orphans": "files removed that no commit knows",
    "drafts": "drafts removed that nobody finished",
}


def register(app: typer.Typer) -> None:
    """Add the command to ``app``."""
    app.command()(maintain)


def maintain() -> None:
    """Put the small files of the lake together and remove what nobody may still ask for; no figure changes.

    Snapshots that a vintage names stay for ever, others for `PUYANGO_SNAPSHOT_DAYS`; what no snapshot needs, and
    drafts that nobody finished, go after `PUYANGO_LEFTOVER_DAYS`. Others may read and write meanwhile.

    Example: `puyango maintain`
    """
    settings = load()
    with interruptible(KEPT), stage("maintain the lake"):
        done = hops.maintain(settings)
    table = Table(box=None, show_header=False)
    table.add_column(justify="right")
    for name, said in SAID.items():
        table.add_row(f"{getattr(done, name):,}", said)
    CONSOLE.print(table)
    CONSOLE.print(f"lake: {settings.lake.resolve()}")
