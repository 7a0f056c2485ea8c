"""``puyango check``: whether the lake keeps what its declarations promise."""

from __future__ import annotations

from itertools import groupby
from pathlib import Path  # noqa: TC003 -- typer reads the annotation
from typing import TYPE_CHECKING, Annotated

import typer
from rich.markup import escape
from rich.padding import Padding

from puyango.cli._edge import interruptible
from puyango.cli._stage import CONSOLE
from puyango.errors import JudgementFailed, UsageRefused
from puyango.settings import load

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from expectations.record import Judged
    from expectations.verdict import Verdict
    from puyango.settings import Settings

KEPT = "Nothing was written. Start again with: puyango check"
COLOURS = {"passed": "green", "failed": "yellow", "crashed": "red"}


def register(app: typer.Typer) -> None:
    """Add the command to ``app``."""
    app.command()(check)


def check(
    file: Annotated[Path | None, typer.Argument(help="File that --page writes (default: in the home).")] = None,
    *,
    layer: Annotated[str, typer.Option(help="Judge this layer only: bronze, silver or gold.")] = "",
    table: Annotated[str, typer.Option(help="Judge this table only.")] = "",
    last: Annotated[bool, typer.Option("--last", help="Print the verdicts of the last run; judge nothing.")] = False,
    every: Annotated[bool, typer.Option("--all", help="Print the rules that passed too.")] = False,
    page: Annotated[
        bool, typer.Option("--page", help="Write what was said as one HTML page, in FILE if given.")
    ] = False,
) -> None:
    """Judge what is in the lake now by every rule, and print which rules do not hold.

    The lake is left as it is: only the gate between the layers holds a table or lets it pass. Warnings are
    real defects of the published data, worth reading before the figures. Ends with 1 if a critical rule
    failed, or if any could not be judged.

    Examples: `puyango check`, `puyango check --layer silver --table reported_count --all`, `puyango check --last`,
    `puyango check --last --page`, `puyango check --page report.html`
    """
    from expectations import inspection  # noqa: PLC0415 -- the engine is loaded only where it is used

    settings = load()
    _refuse_half_a_page(file, page=page, part=bool(layer or table))
    wanted = inspection.asked(layer, table)
    verdicts = inspection.last(settings, wanted) if last else _judged(settings, wanted)
    _show(verdicts, every=every)
    if page:
        _write(settings, file or settings.checks, None if last else verdicts)
    _answer(verdicts)


def _refuse_half_a_page(file: Path | None, *, page: bool, part: bool) -> None:
    if file and not page:
        raise UsageRefused(
            f"check takes no file {file} by itself", f"To write a page there: puyango check --page {file}"
        )
    if page and part:
        raise UsageRefused("a page tells of every table", "Leave out --layer and --table.")


def _write(settings: Settings, path: Path, verdicts: Sequence[Verdict] | None) -> None:
    from expectations import page  # noqa: PLC0415 -- as above

    CONSOLE.print(f"Page: {page.write(settings, path, verdicts)}", markup=False, soft_wrap=True)


def _judged(settings: Settings, wanted: Sequence[Judged]) -> list[Verdict]:
    from expectations import inspection  # noqa: PLC0415 -- as above

    found: list[Verdict] = []
    with interruptible(KEPT), CONSOLE.status("loading the engine of judgement") as status:
        for (layer, table), verdicts in zip(wanted, inspection.judged(settings, wanted), strict=True):
            status.update(f"judged {layer}.{table}")
            found += verdicts
    return found


def _show(verdicts: Sequence[Verdict], *, every: bool) -> None:
    if not verdicts:
        CONSOLE.print("Nothing has been judged: the lake holds none of these tables yet. Run puyango collect first.")
        return
    for name, alike in groupby(verdicts, key=lambda verdict: f"{verdict.layer}.{verdict.table}"):
        judged = list(alike)
        CONSOLE.print(f"[bold]{name}[/]: {_summary(judged)}")
        for verdict in judged:
            if every or verdict.outcome != "passed":
                _tell(verdict)


def _tell(verdict: Verdict) -> None:
    colour = COLOURS[verdict.outcome] if not verdict.stops else "bold red"
    counts = "" if verdict.examined is None else f", {verdict.unexpected:,} of {verdict.examined:,}"
    CONSOLE.print(f"  [{colour}]{verdict.severity} {verdict.outcome}[/]  {escape(verdict.rule)}{counts}")
    if verdict.outcome != "passed":
        CONSOLE.print(Padding(f"[dim]{escape(verdict.notes)}[/]", (0, 0, 0, 4)))


def _summary(verdicts: Sequence[Verdict]) -> str:
    counts = {outcome: sum(verdict.outcome == outcome for verdict in verdicts) for outcome in COLOURS}
    return ", ".join(f"[{COLOURS[outcome]}]{count} {outcome}[/]" for outcome, count in counts.items() if count)


def _answer(verdicts: Iterable[Verdict]) -> None:
    """Raise ``JudgementFailed`` naming every rule that stops its table."""
    stops = [
        f"{verdict.layer}.{verdict.table}: {verdict.rule} {verdict.outcome}" for verdict in verdicts if verdict.stops
    ]
    if stops:
        raise JudgementFailed("; ".join(stops), "A rule that crashed says why with puyango --verbose check.")
