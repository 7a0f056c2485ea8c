"""Commands that send files to Kafka: publishers' files, and a user's own in the shape of a contract."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from puyango import settings
from puyango.cli._choice import families
from puyango.errors import Interrupted, UsageRefused

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from streams.replay import Progress as Step
    from streams.replay import Replayed


def register(app: typer.Typer) -> None:
    """Add ``replay`` and ``sources``."""
    app.command()(replay)
    app.command()(sources)


def replay(
    words: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="[SOURCE] [FILE]...",
            help="A source, as `puyango sources` lists them, and files of its publisher; without any, those that ship. "
            "With --family: files alone.",
        ),
    ] = None,
    family: Annotated[
        str, typer.Option(help="Send FILES that are in the shape of this family's contract: CSV, Parquet or NDJSON.")
    ] = "",
    rate: Annotated[float | None, typer.Option(help="Records a second, at most.")] = None,
    again: Annotated[bool, typer.Option("--again", help="Send anew what an earlier replay has sent.")] = False,
    coverage: Annotated[str, typer.Option(help="What FILES hold, where the family asks: full or sample.")] = "",
) -> None:
    """Send the rows of files to the topic of their family, each row once.

    A replay that was stopped or killed goes on where it ended when the same command is given again. Of a file that
    has grown since only the new rows are sent. With --family every row is judged before the first is sent.

    Examples:
    - `puyango replay us_bts`
    - `puyango replay ec_inec_esi esi_2024.csv --coverage full`
    - `puyango replay us_transborder dot3_0123.csv dot3_0223.csv --rate 1000`
    - `puyango replay --family crossing_count tumbes_2026.csv`

    """
    from streams import replay as engine  # noqa: PLC0415 (an engine is loaded by the command that runs it)

    first, *rest = words or [""]
    if family:
        [contract] = families([family])
        files = _offered(words or [], coverage)
        now = datetime.now(UTC)
        _tell(
            _shown(
                lambda step: engine.offer(settings.load(), contract, files, now, rate=rate, report=step, again=again)
            )
        )
        return
    if not first:
        raise UsageRefused("no SOURCE and no --family", "Name one of the two: puyango sources, puyango replay --help")
    files = [Path(word) for word in rest]
    _tell(_shown(lambda step: engine.replay(settings.load(), first, files, rate, step, again=again, coverage=coverage)))


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


def _offered(words: Sequence[str], coverage: str) -> list[Path]:
    """Return the files that are offered for a family; refuses what belongs to a source."""
    from streams.sources.source import sources as known  # noqa: PLC0415 (as above)

    if not words:
        raise UsageRefused("--family names no files", "Name the files: puyango replay --family FAMILY FILE...")
    if words[0] in known() and not Path(words[0]).exists():
        what = f"--family and the source {words[0]} exclude one another"
        raise UsageRefused(what, "Leave the source away for files in the contract's shape, or else --family.")
    if coverage:
        raise UsageRefused("--coverage belongs to a source", "With --family the column coverage says it, row by row.")
    return [Path(word) for word in words]


def _shown(run: Callable[[Callable[[Step], None]], Replayed]) -> Replayed:
    """Return what ``run`` did, its progress shown meanwhile."""
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=Console(stderr=True)) as bar:
        tasks: dict[str, int] = {}

        def report(step: Step) -> None:
            if step.file not in tasks:
                tasks[step.file] = bar.add_task(step.file, total=step.rows)
            bar.update(tasks[step.file], completed=step.done)  # type: ignore[arg-type]

        try:
            return run(report)
        except KeyboardInterrupt:
            raise Interrupted("stopped before anything was sent", "Start the same command again.") from None


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
