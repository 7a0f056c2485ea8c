"""``puyango simulate``: two administrations at one border, with a known truth."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path  # noqa: TC003 -- typer reads the annotation
from typing import TYPE_CHECKING, Annotated

import typer

from puyango.cli._stage import CONSOLE, stage
from puyango.errors import UsageRefused
from puyango.settings import load

if TYPE_CHECKING:
    from puyango.settings import Settings
    from streams.simulation.simulate import Simulated
    from streams.sources.account import Progress

MOST_DAYS = 3_653
MOST_SCALE = 1_000


def register(app: typer.Typer) -> None:
    """Add the command to ``app``."""
    app.command()(simulate)


def simulate(  # noqa: PLR0917 (a command has as many options)
    names: Annotated[
        list[str] | None, typer.Argument(metavar="[PHENOMENON]...", help="What happens. Default: all of it.")
    ] = None,
    seed: Annotated[int, typer.Option(help="The same seed gives the same bytes.")] = 1,
    first: Annotated[str, typer.Option(help="First day, like 2025-01-01.")] = "2025-01-01",
    days: Annotated[int, typer.Option(help="How many days.")] = 90,
    scale: Annotated[float, typer.Option(help="Traffic, as a multiple of the real border's.")] = 1.0,
    out: Annotated[Path | None, typer.Option(help="Folder for the files. Default: one of the home's.")] = None,
    send: Annotated[bool, typer.Option("--send", help="Send the events to Kafka too, each once.")] = False,
    rate: Annotated[float | None, typer.Option(help="Records a second sent, at most.")] = None,
) -> None:
    """Simulate both countries' records of what happens at the border, and write the truth beside them.

    Events are written as NDJSON in the shape of their contract and say that their source is `simulated`; the truth is a
    CSV of what happened, what passed a desk and what was recorded. With --send a run that was stopped goes on when the
    same command is given again.

    Examples:
    - `puyango simulate --days 30`
    - `puyango simulate people --seed 7 --first 2025-07-01 --days 365 --scale 3 --out july`
    - `puyango simulate --days 7 --send --rate 200`

    """
    from streams.simulation.phenomenon import chosen  # noqa: PLC0415 -- engines load only where they work
    from streams.simulation.simulate import LABEL  # noqa: PLC0415 -- as above
    from streams.simulation.simulate import simulate as run  # noqa: PLC0415 -- as above
    from streams.simulation.world import World  # noqa: PLC0415 -- as above

    settings = load()
    _within("days", days, MOST_DAYS)
    _within("scale", scale, MOST_SCALE)
    world = World(seed, _day(first), days, scale)
    wanted = chosen(names or [])
    folder = out or settings.home / "simulated" / f"{seed}-{world.first}-{days}d-{scale:g}x"
    CONSOLE.print(f"[bold yellow]{LABEL}[/]")
    with stage(f"Simulate {days:,} days from {world.first}") as now:
        now.expect(days * len(wanted))
        done = run(world, wanted, folder, lambda *_: now.step())
        for each in done:
            now.say(f"{each.rows:,} events of {each.family}: {each.events}, the truth: {each.truth}")
    if send:
        for each in done:
            _send(settings, each, rate)


def _send(settings: Settings, each: Simulated, rate: float | None) -> None:
    from streams.broker import topics  # noqa: PLC0415 -- as above
    from streams.replay import offer  # noqa: PLC0415 -- as above
    from streams.simulation.phenomenon import phenomena  # noqa: PLC0415 -- as above

    contract = phenomena()[each.phenomenon].contract
    topics.create(settings, contract)
    with stage(f"Send {each.phenomenon} to {contract.topic}") as now:
        now.expect(each.rows)

        def report(step: Progress) -> None:
            now.moved(step.done)

        sent = offer(settings, contract, [each.events], datetime.now(UTC), rate=rate, report=report)
        now.say(f"{sent.rows:,} events are on the topic, {sent.sent:,} sent now")


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise UsageRefused(f"--first {text} is not a day", "Write it like 2025-01-01.") from None


def _within(name: str, given: float, most: float) -> None:
    if not 0 < given <= most:
        raise UsageRefused(f"--{name} {given:g} is out of range", f"Give a number above 0 and up to {most:g}.")
