"""``puyango status``: what was produced, landed, refused, and where it stands."""

from __future__ import annotations

import json
from contextlib import closing
from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated

import typer
from rich.table import Table

from puyango.cli import _choice
from puyango.cli._stage import CONSOLE
from puyango.errors import JudgementFailed, PuyangoError, Unreachable
from puyango.settings import load

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from puyango.settings import Settings
    from streams.contract import Contract
    from streams.ingestion.progress import Progress
    from streams.reading.log import Chain


def register(app: typer.Typer) -> None:
    """Add the command to ``app``."""
    app.command()(status)


def status(
    families: Annotated[list[str] | None, typer.Argument(metavar="[FAMILY]...", help="Default: every family.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object, for programs.")] = False,
    late: Annotated[bool, typer.Option("--late", help="Show what came later than its contract allows.")] = False,
) -> None:
    """Show how far each partition has landed, and that every offset is accounted for; ends with 1 where one is not.

    Works without the broker, and says so: then there is no end to compare with.

    Examples: `puyango status`, `puyango status trade_report --json`
    """
    settings = load()
    contracts = _choice.families(families)
    ends, unasked = _ends(settings, contracts)
    from streams.ingestion.progress import progress  # noqa: PLC0415
    from streams.landing import Landing  # noqa: PLC0415 -- the engine is loaded only where it is used

    found = progress(contracts, Landing(settings.landing), ends)
    if as_json:
        typer.echo(json.dumps({"unasked": unasked, "partitions": list(map(_plain, found))}, indent=1))
    else:
        for contract in contracts:
            _say(contract.name, [each for each in found if each.family == contract.name], late=late)
        for family, why in unasked.items():
            CONSOLE.print(f"[yellow]{family}: the log was not asked, so there is no end to compare with:[/] {why}")
    _answer(found)


def _answer(found: Sequence[Progress]) -> None:
    """Raise ``JudgementFailed`` naming every partition whose offsets are not all accounted for."""
    broken = [f"{each.family}[{each.partition}] of {each.chain}" for each in found if not each.conserved]
    if broken:
        raise JudgementFailed(
            f"produced is not good + refused + gaps in {', '.join(broken)}",
            "A segment is missing or was changed: restore it from the backup of the landing, and never renumber.",
        )


def _ends(
    settings: Settings, contracts: Sequence[Contract]
) -> tuple[dict[str, tuple[Chain, Mapping[int, int]]], dict[str, str]]:
    """Return log and end offsets of each family, and why there are none for the others."""
    from streams.reading.kafka_log import KafkaLog  # noqa: PLC0415 -- as above

    ends: dict[str, tuple[Chain, Mapping[int, int]]] = {}
    unasked: dict[str, str] = {}
    for contract in contracts:
        try:
            with closing(KafkaLog(settings, [contract])) as log:
                ends[contract.name] = log.chain(contract.topic), log.end_offsets(contract.topic)
        except Unreachable as error:
            return ends, {each.name: error.what for each in contracts if each.name not in ends}
        except PuyangoError as error:
            unasked[contract.name] = error.what
    return ends, unasked


def _say(family: str, found: Sequence[Progress], *, late: bool) -> None:
    """Print the partitions of one family, the equation of conservation with its figures, and why rows were refused."""
    produced, good, refused, gaps = (
        sum(getattr(each, name) for each in found) for name in ("produced", "good", "refused", "gaps")
    )
    holds = all(each.conserved for each in found)
    mark = "[green]holds[/]" if holds else "[bold red]DOES NOT HOLD[/]"
    chains = list(dict.fromkeys(each.chain for each in found))
    for chain in chains:
        log = f" [dim]log {chain}[/]" if len(chains) > 1 else ""
        CONSOLE.print(
            f"[bold]{family}[/]{log}", _shown([each for each in found if each.chain == chain], late=late), sep="\n"
        )
    CONSOLE.print(f"produced {produced:,} = good {good:,} + refused {refused:,} + gaps {gaps:,}  {mark}")
    for reason, rows in sorted(_reasons(found).items(), key=lambda item: -item[1]):
        CONSOLE.print(f"refused {reason}: {rows:,} rows")
    CONSOLE.print()


def _shown(found: Sequence[Progress], *, late: bool) -> Table:
    table = Table(box=None, header_style="dim", padding=(0, 2, 0, 0))
    for title in ("no.", "end", "landed", "lag", "good", "refused", "gaps", *(("late",) if late else ())):
        table.add_column(title, justify="right", no_wrap=True)
    table.add_column("last segment", no_wrap=True)
    for each in found:
        counts = (each.partition, each.end, each.landed, each.lag, each.good, each.refused, each.gaps)
        shown = [*counts, *((each.late,) if late else ())]
        at = f"{each.last_at:%Y-%m-%d %H:%M} from {int(each.last_segment[:-8])}" if each.last_at else ""
        table.add_row(*("?" if n is None else f"{n:,}" for n in shown), at)
    return table


def _reasons(found: Sequence[Progress]) -> dict[str, int]:
    return {reason: sum(each.reasons.get(reason, 0) for each in found) for each in found for reason in each.reasons}


def _plain(each: Progress) -> dict[str, object]:
    at = each.last_at.isoformat() if each.last_at else None
    return {**asdict(each), "last_at": at, "lag": each.lag, "produced": each.produced, "conserved": each.conserved}
