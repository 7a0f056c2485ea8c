"""``puyango config``: the settings in force, and whether they are safe."""

from __future__ import annotations

from typing import Annotated

import typer
from rich.table import Table

from puyango.cli._stage import CONSOLE
from puyango.settings import PREFIX, Settings, load

group = typer.Typer(help="Show and judge the settings.", no_args_is_help=True, rich_markup_mode="markdown")


def register(app: typer.Typer) -> None:
    """Add the commands to ``app``."""
    app.add_typer(group, name="config")


@group.command()
def check(
    production: Annotated[bool, typer.Option("--production", help="Judge them as production would.")] = False,
) -> None:
    """Print the settings in force, and refuse what is unsafe: settings, then keys. Nothing is connected to.

    Examples: `puyango config check`, or before an installation goes live `puyango config check --production`
    """
    from streams.airflow import Airflow  # noqa: PLC0415 -- the engine is loaded only where it is used
    from streams.broker.client import validate  # noqa: PLC0415 -- as above
    from streams.privacy.keys import Keyring  # noqa: PLC0415 -- as above

    settings = load()
    if production:
        settings = settings.model_copy(update={"profile": "production"})
    CONSOLE.print(_shown(settings))
    validate(settings)
    Airflow.of(settings)
    Keyring.open(settings)
    CONSOLE.print(f"These settings are safe for the profile {settings.profile}.")


def _shown(settings: Settings) -> Table:
    table = Table("setting", "value", "", box=None, header_style="dim")
    for name in Settings.model_fields:
        value = getattr(settings, name)
        shown = "" if value in (None, "") else str(value)
        table.add_row(f"{PREFIX}{name.upper()}", shown, "set here" if name in settings.model_fields_set else "")
    return table
