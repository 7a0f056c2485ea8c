"""``puyango down``: all that ``puyango up`` started, ended in order."""

from __future__ import annotations

from typing import TYPE_CHECKING

from puyango.cli._stage import CONSOLE
from puyango.settings import load

if TYPE_CHECKING:
    import typer


def register(app: typer.Typer) -> None:
    """Add the command to ``app``."""
    app.command()(down)


def down() -> None:
    """Stop ingester, Airflow and broker, in this order, and make sure that no process is left.

    The ingester lands what it holds. Landing, lake, Kafka's log and Airflow's history stay for the next `puyango up`.

    Example: `puyango down`
    """
    from dags.service import station  # noqa: PLC0415 -- the engine is loaded only where it is used

    with CONSOLE.status("looking what runs") as shown:
        before = station.down(load(), shown.update)
    ended = len(before.processes)
    CONSOLE.print(f"stopped; {ended} processes ended, none is left" if ended else "nothing of ours was running")
