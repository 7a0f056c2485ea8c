"""``puyango gap``: offsets that are lost for good, passed over by a person who says why."""

from __future__ import annotations

import getpass
from datetime import UTC, datetime
from typing import Annotated

import typer
from rich.console import Console

from puyango.cli._choice import families, place
from puyango.settings import load

console = Console(highlight=False)
group = typer.Typer(
    help="Declare offsets that the log has lost, so that reading goes on behind them.",
    no_args_is_help=True,
    rich_markup_mode="markdown",
)


def register(app: typer.Typer) -> None:
    """Add the commands to ``app``."""
    app.add_typer(group, name="gap")


@group.command()
def declare(  # noqa: PLR0917 (typer makes one parameter of each word)
    where: Annotated[str, typer.Argument(metavar="FAMILY:PARTITION", help="As the stop named it.")],
    first: Annotated[int, typer.Argument(min=0, help="First offset that is lost: where the partition has landed to.")],
    next_: Annotated[int, typer.Argument(metavar="NEXT", min=1, help="Offset after the last one that is lost.")],
    because: Annotated[str, typer.Option(help="What happened to them: expired or corrupt_batch.")],
    reason: Annotated[str, typer.Option(help="In your words, for whoever audits it.")],
    by: Annotated[str, typer.Option(help="Who declares it; default: the user of this machine.")] = "",
) -> None:
    """Pass over the offsets FIRST to NEXT - 1, which the log has lost, and have that recorded in the landing.

    After `data_expired` or `corrupt_batch`, when no copy of the log can be restored. Offsets that can still be read
    are refused. The gap stays in the equation that `puyango status` prints: produced = good + refused + gaps.

    Example: `puyango gap declare crossing_count:2 0 1000 --because expired --reason "retention was 7 days"`
    """
    contract, partition = place(where)
    from streams import gap  # noqa: PLC0415 -- the engine is loaded only where it is used
    from streams.landing import Landing  # noqa: PLC0415
    from streams.reading.kafka_log import KafkaLog  # noqa: PLC0415
    from streams.reading.probe import Probe  # noqa: PLC0415

    settings = load()
    said = gap.Declaration(partition, first, next_, because, by or getpass.getuser(), reason, datetime.now(UTC))
    log = KafkaLog(settings, [contract])
    try:
        end = log.end_offsets(contract.topic).get(partition, 0)
        with Probe(settings, (contract.topic, partition), end) as probe, console.status("asking the log"):
            segment = gap.declare(contract, log, Landing(settings.landing), said, probe.readable)
    finally:
        log.close()
    told = (
        f"{contract.topic}[{partition}]: offsets {segment.first} to {segment.next - 1} are a declared gap ({because})"
    )
    console.print(told, markup=False, soft_wrap=True)


@group.command("list")
def list_(
    family: Annotated[list[str] | None, typer.Argument(help="Families; without any, all of them.")] = None,
) -> None:
    """List every gap that a person declared: where, what happened, who, when and why.

    Example: `puyango gap list crossing_count`
    """
    from streams import gap  # noqa: PLC0415 -- as above
    from streams.landing import Landing  # noqa: PLC0415

    landing, found = Landing(load().landing), 0
    for contract in families(family):
        for segment, said in gap.declared(landing, contract.name):
            found += 1
            where = f"{contract.name}:{segment.partition} {segment.first} to {segment.next - 1}"
            causes = ", ".join(sorted({one.reason for one in segment.gaps}))
            told = f"{where}  {causes}  {said['declared_by']}  {said['declared_at']}  {said['declared_reason']!r}"
            console.print(told, markup=False, soft_wrap=True)
    if not found:
        console.print("no declared gaps")
