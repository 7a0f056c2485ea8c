"""``puyango check``: whether the lake keeps what its declarations promise."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING, Annotated

import typer
from rich.markup import escape
from rich.padding import Padding

from puyango.cli._stage import CONSOLE
from puyango.errors import JudgementFailed
from puyango.settings import load

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from expectations.record import Judged
    from expectations.verdict import Verdict
    from puyango.settings import Settings

COLOURS = {"passed": "green", "failed": "yellow", "crashed": "red"}


def register(app: typer.Typer) -> None:
    """Add the command to ``app``."""
    app.command()(check)


def check(
    layer: Annotated[str, typer.Option(help="Judge this layer only: bronze, silver or gold.")] = "",
    table: Annotated[str, typer.Option(help="Judge this table only.")] = "",
    last: Annotated[bool, typer.Option("--last", help="Print the verdicts of the last run; judge nothing.")] = False,
    every: Annotated[bool, typer.Option("--all", help="Print the rules that passed too.")] = False,
) -> None:
    """Judge what is in the lake now by every rule, and print which rules do not hold.

    Nothing is written: only the gate between the layers holds a table or lets it pass. Warnings are real
    defects of the published data, worth reading before the figures. Ends with 1 if a critical rule
    failed, or if any could not be judged.

    Examples: `puyango check`, `puyango check --layer silver --table reported_count --all`, `puyango check --last`
    """
    from expectations import inspection  # noqa: PLC0415 -- the engine is loaded only where it is used

    settings = load()
    wanted = inspection.asked(layer, table)
    verdicts = inspection.last(settings, wanted) if last else _judged(settings, wanted)
    _show(verdicts, every=every)
    _answer(verdicts)


def _judged(settings: Settings, wanted: Sequence[Judged]) -> list[Verdict]:
    from expectations import inspection  # noqa: PLC0415 -- as above

    found: list[Verdict] = []
    with CONSOLE.status("loading the engine of judgement") as status:
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
