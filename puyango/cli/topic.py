"""``puyango topic``: the topics of the event families."""

from __future__ import annotations

import difflib
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console

from puyango.errors import UsageRefused
from puyango.members import members
from puyango.settings import load

if TYPE_CHECKING:
    from streams.contract import Contract

console = Console(highlight=False)
group = typer.Typer(
    help="Make the topics of the event families, or accept them made anew.",
    no_args_is_help=True,
    rich_markup_mode="markdown",
)


def register(app: typer.Typer) -> None:
    """Add the commands to ``app``."""
    app.add_typer(group, name="topic")


@group.command()
def create(
    family: Annotated[list[str] | None, typer.Argument(help="Families whose topics to make.")] = None,
    every: Annotated[bool, typer.Option("--all", help="Make the topics of all families.")] = False,
) -> None:
    """Make the topic of each FAMILY; one that exists is left as it is.

    The broker stamps its records with the time of their arrival, and keeps them for ever.

    Examples: `puyango topic create crossing_count`, or `puyango topic create --all`
    """
    chosen = _chosen(family or [], every=every)
    from streams.broker import topics  # noqa: PLC0415 -- the engine is loaded only where it is used

    settings = load()
    for contract in chosen:
        with console.status(f"making {contract.topic}"):
            made = topics.create(settings, contract)
        console.print(f"{'[green]made[/]  ' if made else '[dim]exists[/]'} {contract.topic}")


@group.command()
def accept(family: Annotated[list[str], typer.Argument(help="Families whose topics were made anew.")]) -> None:
    """Read each FAMILY from its topic as it is now, from offset 0, although another log has landed before.

    After `topic_recreated` or `cluster_changed`, if that is meant. What has landed stays; the two are never mixed.

    Example: `puyango topic accept crossing_count`
    """
    chosen = _chosen(family, every=False)
    from streams.broker import topics  # noqa: PLC0415 -- the engine is loaded only where it is used
    from streams.landing import Landing  # noqa: PLC0415
    from streams.reading.log import Chain  # noqa: PLC0415

    settings = load()
    for name, topic in topics.require(settings, chosen).items():
        chain = Chain(topic.cluster_id, topic.topic_id, topic.name)
        Landing(settings.landing).open(name, chain)
        console.print(f"[green]accepted[/] {name}: {chain.folder}")


def _chosen(names: list[str], *, every: bool) -> list[Contract]:
    """Return the contracts named, or all; raises ``UsageRefused`` with the nearest name for an unknown one."""
    import streams.families  # noqa: PLC0415 -- declarations are read only where they are used

    declared: dict[str, Contract] = {module.CONTRACT.name: module.CONTRACT for module in members(streams.families)}
    listed = f"Families: {', '.join(declared)}."
    for name in names:
        if name not in declared:
            near = difflib.get_close_matches(name, declared, n=1)
            raise UsageRefused(f"no family is called {name!r}", f"Did you mean {near[0]}? {listed}" if near else listed)
    if bool(names) == every:
        raise UsageRefused("name families, or say --all" + (", not both" if every else ""), listed)
    return list(declared.values()) if every else [declared[name] for name in names]
