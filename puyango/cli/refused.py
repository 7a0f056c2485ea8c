"""``puyango refused``: rows that were refused, counted, looked at, and landed once their contract is corrected."""

from __future__ import annotations

import getpass
import sys
from datetime import UTC, datetime
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from puyango.cli._choice import families, row_place
from puyango.errors import UsageRefused
from puyango.settings import load

console = Console(highlight=False)
group = typer.Typer(
    help="Count refused rows, look at one, and land those that a corrected contract finds good.",
    no_args_is_help=True,
    rich_markup_mode="markdown",
)
BY = "Who does it; default: the user of this machine."


def register(app: typer.Typer) -> None:
    """Add the commands to ``app``."""
    app.add_typer(group, name="refused")


@group.command("list")
def list_(
    family: Annotated[list[str] | None, typer.Argument(help="Families; without any, all of them.")] = None,
) -> None:
    """Count the refused rows of each partition by reason and field, with the first offset of each.

    Example: `puyango refused list crossing_count`
    """
    from streams.judging.reason import REASONS  # noqa: PLC0415 -- the engine is loaded only where it is used
    from streams.landing import Landing  # noqa: PLC0415
    from streams.refused.rows import accounts  # noqa: PLC0415

    landing = Landing(load().landing)
    found = [account for contract in families(family) for account in accounts(landing, contract.name)]
    for account in found:
        told = f"{account.family}:{account.partition}  {account.refused:,} refused, {account.replayed:,} replayed later"
        console.print(f"{told}  (log {account.chain})", markup=False, soft_wrap=True)
        table = Table("rows", "reason", "field", "first offset", "remedy", box=None, pad_edge=False)
        for item, rows in account.reasons.most_common():
            reason, _, field = item.partition("@")
            table.add_row(f"{rows:,}", reason, field, str(account.first[item]), REASONS.get(reason, ""))
        console.print(table)
    if not found:
        console.print("no refused rows")


@group.command()
def show(
    where: Annotated[str, typer.Argument(metavar="FAMILY:PARTITION:OFFSET", help="A row that was refused.")],
    reason: Annotated[str, typer.Option(help="Why you look, in your words; it is recorded before anything is shown.")],
    by: Annotated[str, typer.Option(help=BY)] = "",
) -> None:
    """Decrypt what the producer sent, and show it on this terminal alone; who looked and why is recorded.

    The bytes may identify a person. They are never written to a file or a pipe, and controls are escaped.

    Example: `puyango refused show traveller_crossing:0:1234 --reason "the desk asks why it was refused"`
    """
    from streams.landing import Landing  # noqa: PLC0415 -- as above
    from streams.privacy import audit  # noqa: PLC0415
    from streams.privacy.keys import Keyring  # noqa: PLC0415
    from streams.refused.opening import Opener, escaped  # noqa: PLC0415
    from streams.refused.rows import row  # noqa: PLC0415

    contract, partition, offset = row_place(where)
    person = _person(by, reason)
    if not sys.stdout.isatty():
        raise UsageRefused(
            "standard output is no terminal", "What was refused is shown on a terminal, and kept nowhere."
        )
    settings = load()
    found = row(Landing(settings.landing), contract, partition, offset)
    opener = Opener(contract, found.chain, Keyring.open(settings))
    plain = opener.open(partition, offset, found.known_at, found.sealed) if found.sealed is not None else None
    audit.note(settings.home, datetime.now(UTC), person, "refused row shown", row=where, log=found.chain, reason=reason)
    later = ", landed later by a replay" if found.replayed else ""
    console.print(f"{where}  {found.known_at.isoformat()}  {found.reasons}{later}", markup=False, soft_wrap=True)
    console.print("(no bytes)" if plain is None else escaped(plain), markup=False, soft_wrap=True)


@group.command()
def replay(
    family: Annotated[str, typer.Argument(help="The family whose contract was corrected.")],
    reason: Annotated[str, typer.Option(help="What was corrected, in your words; it is recorded.")],
    partition: Annotated[int | None, typer.Option(min=0, help="This partition alone.")] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Judge, and land nothing.")] = False,
    by: Annotated[str, typer.Option(help=BY)] = "",
) -> None:
    """Judge the refused rows of FAMILY by its contract as it is now, and land those that are good, each once.

    They keep their coordinates, and stay counted as refused; `puyango collect` brings them on. Run twice, the second
    lands nothing. A row that was refused for its key or headers stays refused: those are not kept.

    Example: `puyango refused replay trade_report --reason "HS2022 was missing from the list"`
    """
    from streams.landing import Landing  # noqa: PLC0415 -- as above
    from streams.privacy import audit  # noqa: PLC0415
    from streams.privacy.keys import Keyring  # noqa: PLC0415
    from streams.refused.replay import Replay  # noqa: PLC0415

    [contract] = families([family])
    settings, now, person = load(), datetime.now(UTC), _person(by, reason)
    keyring = Keyring.open(settings)
    audit.note(settings.home, now, person, "refused rows judged again", family=family, reason=reason)
    with console.status(f"judging the refused rows of {family}"):
        done = Replay(contract, Landing(settings.landing), keyring, settings, now, dry=dry_run).run(partition)
    verb = "would land" if dry_run else "landed"
    console.print(
        f"{done.looked:,} refused rows: {done.landed:,} {verb}, {done.again:,} are refused again", markup=False
    )
    if done.unkept:
        console.print(f"{done.unkept:,} stay refused: their key, headers or batch, which are not kept, were the reason")
    if done.destroyed:
        console.print(f"{done.destroyed:,} can be opened by nobody: the keys of their days were destroyed")
    if done.landed and not dry_run:
        console.print("Next: puyango collect")


def _person(by: str, reason: str) -> str:
    """Return who acts; refuses what could not be audited."""
    if not reason.strip():
        raise UsageRefused("no reason is given", "Say why, in words that an auditor understands.")
    return by.strip() or getpass.getuser()
