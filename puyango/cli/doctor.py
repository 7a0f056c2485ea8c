"""``puyango doctor``: whether the installation is sound, and what to do where it is not."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated

import typer

from puyango.cli._stage import CONSOLE, stage
from puyango.errors import JudgementFailed, UsageRefused
from puyango.settings import load

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from dags.doctor.doctor import Examination
    from dags.doctor.finding import Finding

    Findings = Mapping[str, Sequence[Finding]]

COLOURS = {"fault": "red", "note": "yellow"}


def register(app: typer.Typer) -> None:
    """Add the command to ``app``."""
    app.command()(doctor)


def doctor(
    names: Annotated[list[str] | None, typer.Argument(metavar="[EXAMINATION]...", help="Default: all of them.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object, for programs.")] = False,
) -> None:
    """Examine the installation: settings, keys, disk, broker, landing, lake, vintages; ends with 1 for a fault.

    It changes nothing, and reads every segment and every mart anew, so it takes as long as the disk does.

    Examples: `puyango doctor`, `puyango doctor landing strangers`, `puyango doctor --json`
    """
    from dags.doctor.doctor import declared, examined  # noqa: PLC0415 -- engines load only where they work

    settings = load()
    found: dict[str, list[Finding]] = {}
    for name, examination in _chosen(names, declared()).items():
        if as_json:
            found[name] = examined(settings, examination)
            continue
        with stage(f"{name}: {examination.SAYS}"):
            found[name] = examined(settings, examination)
        _tell(found[name])
    if as_json:
        typer.echo(
            json.dumps({name: [asdict(each) for each in findings] for name, findings in found.items()}, indent=1)
        )
    _answer(found)


def _chosen(names: Sequence[str] | None, known: Mapping[str, Examination]) -> Mapping[str, Examination]:
    if unknown := [name for name in names or () if name not in known]:
        raise UsageRefused(f"there is no examination {unknown[0]}", f"They are: {', '.join(known)}.")
    return {name: known[name] for name in dict.fromkeys(names or known)}


def _tell(findings: Sequence[Finding]) -> None:
    for each in findings:
        CONSOLE.print(f"    [{COLOURS[each.kind]}]{each.kind}[/] ", end="")
        CONSOLE.print(f"{each.what}\n      {each.remedy}", markup=False)


def _answer(found: Findings) -> None:
    """Raise ``JudgementFailed`` where there is a fault."""
    kinds = Counter((name, each.kind) for name, findings in found.items() for each in findings)
    faults = {name: count for (name, kind), count in kinds.items() if kind == "fault"}
    if faults:
        told = ", ".join(f"{count} in {name}" for name, count in faults.items())
        raise JudgementFailed(f"faults found: {told}", "Each is told with its remedy above.")
