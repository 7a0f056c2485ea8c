"""``puyango broker``: the local Apache Kafka."""

from __future__ import annotations

from typing import TYPE_CHECKING

import typer
from rich.console import Console
from rich.table import Table
from rich.text import Text

from puyango.settings import Settings, load

if TYPE_CHECKING:
    from streams.broker.server import Status

console = Console(highlight=False)
group = typer.Typer(
    help="Start, stop and look at the local Apache Kafka.", no_args_is_help=True, rich_markup_mode="markdown"
)


def register(app: typer.Typer) -> None:
    """Add the commands to ``app``."""
    app.add_typer(group, name="broker")


@group.command()
def start() -> None:
    """Start the local broker, or say that it runs.

    It listens on this machine alone, on ports that it keeps, and its log outlives it. The first start on a
    machine fetches 44 MB of jars; no Java and no Kafka need to be installed.

    Examples: `puyango broker start`, or with a home of its own `PUYANGO_HOME=try puyango broker start`
    """
    from streams.broker import server  # noqa: PLC0415 -- the engine is loaded only where it is used

    settings = load()
    with console.status("starting the local broker") as shown:
        found = server.start(settings, report=shown.update)
    console.print("[green]started[/]" if found.began else "[green]runs already[/]")
    _show(settings, found)
    console.print("It runs until you say: puyango broker stop", style="dim")


@group.command()
def stop() -> None:
    """Stop the local broker in good order; its log stays.

    Example: `puyango broker stop`
    """
    from streams.broker import server  # noqa: PLC0415 -- as above

    with console.status("stopping the local broker"):
        before = server.stop(load())
    console.print(f"stopped (process {before.pid})" if before.running else "no local broker was running")


@group.command()
def status() -> None:
    """Say whether the local broker runs, where it listens and where its log is.

    Example: `puyango broker status`
    """
    from streams.broker import server  # noqa: PLC0415 -- as above

    settings = load()
    found = server.status(settings)
    console.print("[green]running[/]" if found.running else "[yellow]stopped[/]")
    _show(settings, found)


def _show(settings: Settings, found: Status) -> None:
    facts = {
        "address": found.address if found.running else "",
        "process": str(found.pid or ""),
        "cluster id": found.cluster_id,
        "folder": str(found.folder),
        "used instead": settings.kafka_bootstrap_servers,
    }
    table = Table.grid(padding=(0, 2))
    for name, value in facts.items():
        if value:
            table.add_row(Text(name, style="dim"), Text(value))
    console.print(table)
