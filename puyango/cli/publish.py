"""``puyango publish``: what the lake says becomes a vintage, with its mart, its extract and the page of checks."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dags import hops
from puyango.cli import _platform, _vintage
from puyango.cli._stage import CONSOLE, stage
from puyango.settings import load

if TYPE_CHECKING:
    import typer

SHOWN = 5


def register(app: typer.Typer) -> None:
    """Add the command to ``app``."""
    app.command()(publish)


def publish() -> None:
    """Publish what the lake says as a new vintage, in the mart and as an extract; say what changed and why.

    Refused while anything that was collected is not in the figures yet. A table that a check stopped, and
    what reads it, keeps the figures of the last publication; everything else is published. If nothing
    changed since the last vintage, that one stands and no other is made.

    Example: `puyango publish`
    """
    from warehouse import archive, changes  # noqa: PLC0415 -- engines load only where they work

    settings = load()
    _platform.require(settings)
    with stage("publish"):
        made = hops.publish(settings)
    with stage("write its extract"):
        manifest = hops.extract(settings, made.name)
    with stage("write the page of checks"):
        page = hops.page(settings)
    _vintage.tell(made, changes.largest(archive.kept(settings, made), SHOWN))
    CONSOLE.print(f"mart: {settings.mart}\nextract: {manifest.parent}\nchecks: {page}")
    hops.answer(settings)
