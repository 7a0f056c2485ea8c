"""Commands that send publishers' files to Kafka."""

from __future__ import annotations

from pathlib import Path  # noqa: TC003 (typer reads annotations at run time)
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from puyango import settings
from puyango.errors import Interrupted

if TYPE_CHECKING:
    from streams.replay import Progress as Step
    from streams.replay import Replayed


def register(app: typer.Typer) -> None:
    """Add ``replay`` and ``sources``."""
    app.command()(replay)
    app.command()(sources)


def replay(
    source: Annotated[str, typer.Argument(help="Name of the source; `puyango sources` lists them.")],
    files: Annotated[
        list[Path] | None, typer.Argument(help="Files of the same publisher and layout; without any, those that ship.")
    ] = None,
    rate: Annotated[float | None, typer.Option(help="Records a second, at most.")] = None,
    again: Annotated[bool, typer.Option("--again", help="Send anew what an earlier replay has sent.")] = False,
    coverage: Annotated[str, typer.Option(help="What FILES hold, where the family asks: full or sample.")] = "",
) -> None:
    """Send the rows of a source's files to the topic of their family, each row once.

    A replay that was stopped or killed goes on where it ended when the same command is given again.

    Examples:
    - `puyango replay us_bts`
    - `puyango replay ec_inec_esi esi_2024.csv --coverage full`
    - `puyango replay us_transborder dot3_0123.csv dot3_0223.csv --rate 1000`

    """
    from streams.replay import replay as run  # noqa: PLC0415 (an engine is loaded by the command that runs it)

    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=Console(stderr=True)) as bar:
        tasks: dict[str, int] = {}

        def report(step: Step) -> None:
            if step.file not in tasks:
                tasks[step.file] = bar.add_task(step.file, total=step.rows)
            bar.update(tasks[step.file], completed=step.done)  # type: ignore[arg-type]

        try:
            done = run(settings.load(), source, files or (), rate, report, again=again, coverage=coverage)
        except KeyboardInterrupt:
            raise Interrupted("stopped before anything was sent", "Start the same command again.") from None
    _tell(done)


def sources() -> None:
    """List what can be replayed: rows that ship, publisher and licence.

    Example: `puyango sources`
    """
    from streams.sources.source import sources as known  # noqa: PLC0415 (as above)

    console = Console(highlight=False)
    for one in known().values():
        console.print(f"[bold]{one.name}[/]  {one.rows:,} rows of {one.family}")
        console.print(f"    {one.publisher}. {one.says}", markup=False)
        console.print(f"    Licence: {one.licence}", markup=False)


def _tell(done: Replayed) -> None:
    console = Console(highlight=False)
    for file in done.files:
        console.print(f"{file.file}: {file.rows:,} rows, {file.sent:,} sent", markup=False)
    if done.rows == 0:
        console.print("0 rows")
    elif done.sent == 0:
        console.print(f"All {done.rows:,} rows are on {done.topic} since an earlier replay; --again sends them anew.")
    else:
        console.print(f"{done.sent:,} records sent to {done.topic}.")
