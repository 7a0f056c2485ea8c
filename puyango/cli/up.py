"""``puyango up``: broker, ingester and Airflow, together."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer
from rich.table import Table
from rich.text import Text

from puyango.cli._stage import CONSOLE
from puyango.errors import Unreachable, UsageRefused
from puyango.settings import load

if TYPE_CHECKING:
    from dags.service.standing import Standing
    from puyango.settings import Settings

LOOK = """
[bold]Where to look[/]
  {url}   log in as {user}; the password: puyango up --login
  {url}/dags     one DAG a family, one a group of indicators, publish, maintenance, sweep
  {url}/assets   what wakes what, and the days that came last
  puyango status     what was produced, landed and refused; logs are in {folder}
  It runs until you say: puyango down"""


def register(app: typer.Typer) -> None:
    """Add the command to ``app``."""
    app.command()(up)


def up(
    only_status: Annotated[bool, typer.Option("--status", help="Say how the parts are, and start nothing.")] = False,
    login: Annotated[bool, typer.Option("--login", help="Show with which password to log in to Airflow.")] = False,
) -> None:
    """Start broker, ingester and Airflow on this machine alone, or say that they run.

    What arrives on the topics lands, and Airflow's DAGs take it to the indicators. Nothing is replayed. A part that
    was killed is started again, by this command at the latest. A cluster or an Airflow that the settings name is used
    in the place of one of ours.

    Examples: `puyango up`, `puyango up --status`, `puyango up --login`
    """
    from dags.service import station  # noqa: PLC0415 -- the engine is loaded only where it is used
    from dags.service.standing import standing  # noqa: PLC0415 -- as above

    settings = load()
    if login:
        CONSOLE.print(_login(settings), markup=False, soft_wrap=True)
        return
    if only_status:
        found = standing(settings)
        _show(found)
        if not found.whole:
            raise Unreachable(f"not as it should be: {', '.join(found.unwell)}", "Start it: puyango up")
        return
    with CONSOLE.status("looking what runs") as shown:
        found = station.up(settings, shown.update)
    CONSOLE.print("[green]started[/]" if found.began else "[green]runs already[/]")
    _show(found)
    CONSOLE.print(LOOK.format(url=found.url, user=_user(settings), folder=settings.airflow))


def _show(found: Standing) -> None:
    table = Table.grid(padding=(0, 2))
    for part, word in found.parts.items():
        table.add_row(Text(part, style="dim"), Text(word, style="red" if part in found.unwell else "green"))
    CONSOLE.print(table)


def _login(settings: Settings) -> str:
    from dags.service import configuration  # noqa: PLC0415 -- as above
    from dags.service.standing import home, url  # noqa: PLC0415 -- as above

    if settings.airflow_url:
        raise UsageRefused(f"the Airflow at {settings.airflow_url} is yours", "Log in as you always do.")
    try:
        return f"{url(settings)}   {configuration.PERSON}   {configuration.password(home(settings))}"
    except FileNotFoundError:
        raise UsageRefused("there is no Airflow of ours yet", "Start it: puyango up") from None


def _user(settings: Settings) -> str:
    from dags.service.configuration import PERSON  # noqa: PLC0415 -- as above

    return settings.airflow_username or PERSON
