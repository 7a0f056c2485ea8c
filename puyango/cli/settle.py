"""``puyango settle``: from bronze to silver, or beside the lake to silver as it was known."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated

import typer
from rich.table import Table

from dags import hops
from puyango.cli import _platform
from puyango.cli._edge import interruptible
from puyango.cli._stage import CONSOLE, stage
from puyango.settings import load

if TYPE_CHECKING:
    from puyango.settings import Settings

KEPT = "Tables that were put in place stay, each whole; the one in hand is as it was. Go on with: puyango settle"


def register(app: typer.Typer) -> None:
    """Add the command to ``app``."""
    app.command()(settle)


def settle(
    tables: Annotated[list[str] | None, typer.Argument(metavar="[TABLE]...", help="Default: every table.")] = None,
    as_of: Annotated[
        str, typer.Option("--as-of", metavar="T", help="An instant with its zone, or a day: its end in UTC.")
    ] = "",
) -> None:
    """Fold the days that were touched into silver, judge the draft and put it in place.

    A late event re-opens its own day and no other; days that are settled are left alone.

    With `--as-of`, the lake stays as it is: every day is folded from what was known at that moment, into
    Parquet files in a folder of their own.

    Examples: `puyango settle`, `puyango settle reported_count`, `puyango settle --as-of 2026-03-01`
    """
    from transforms.table import declared, module  # noqa: PLC0415 -- engines load only where they work

    settings = load()
    _platform.require(settings)
    names = [module(name).TABLE.name for name in tables or declared()]
    if as_of:
        _as_of(settings, as_of, names)
        return
    with interruptible(KEPT), stage("settle") as now:
        now.expect(len(names))
        done = hops.settle(settings, names, now.step)
    shown = Table("table", box=None, header_style="dim")
    shown.add_column("days replaced", justify="right")
    shown.add_column("")
    for each in done:
        days = 0 if each.held else each.wholes
        shown.add_row(each.table, f"{days:,}", f"{each.wholes:,} days wait for a judgement" if each.held else "")
    CONSOLE.print(shown)
    hops.answer(settings)


def _as_of(settings: Settings, asked: str, names: list[str]) -> None:
    from warehouse import look, moment  # noqa: PLC0415 -- as above

    at = moment.moment(asked)
    with stage(f"settle as of {moment.spelled(at)}"):
        made = look.settled_as_of(settings, at, datetime.now(UTC), names)
    shown = Table("table", box=None, header_style="dim")
    for column in ("days", "rows"):
        shown.add_column(column, justify="right")
    for name, silver in made.silver.items():
        shown.add_row(name, f"{len(silver.days):,}", f"{silver.rows:,}")
    CONSOLE.print(shown)
    CONSOLE.print(f"as known at {moment.spelled(at)}: {made.folder / 'silver'}")
