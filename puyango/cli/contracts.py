"""``puyango contracts``: what producers are told, and whether their files hold to it."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console
from rich.table import Table

from puyango import durable
from puyango.cli._choice import families
from puyango.errors import UsageRefused
from puyango.settings import load

if TYPE_CHECKING:
    from streams.contract import Contract
    from streams.offers.inspection import Inspection

console = Console(highlight=False)
group = typer.Typer(
    help="Tell producers what a family promises, and judge their files without Kafka.",
    no_args_is_help=True,
    rich_markup_mode="markdown",
)


def register(app: typer.Typer) -> None:
    """Add the commands to ``app``."""
    app.add_typer(group, name="contracts")


@group.command()
def export(
    family: Annotated[list[str] | None, typer.Argument(help="Families; without any, all of them.")] = None,
    to: Annotated[Path | None, typer.Option("--to", help="Folder for one file a family.")] = None,
) -> None:
    """Write the JSON Schema (draft 2020-12) of each FAMILY: fields, forms, bounds, topic, key, headers, an example.

    Without `--to` the schema of one family is printed.

    Examples: `puyango contracts export crossing_count`, or `puyango contracts export --to schemas`
    """
    from streams.exchange.schema import schema  # noqa: PLC0415 -- the engine is loaded only where it is used

    chosen, limits = families(family), load()
    if to is None and len(chosen) > 1:
        raise UsageRefused("several schemas are no one JSON text", "Name one family, or a folder: --to FOLDER")
    for contract in chosen:
        text = json.dumps(schema(contract, limits), indent=2, ensure_ascii=False)
        if to is None:
            typer.echo(text)
        else:
            console.print(str(_written(to, contract, text)), markup=False, soft_wrap=True)


@group.command()
def check(
    words: Annotated[list[str], typer.Argument(metavar="[FAMILY] FILE...", help="CSV, Parquet or NDJSON files.")],
    family: Annotated[str, typer.Option(help="The family, where it is not the first word.")] = "",
    report: Annotated[Path | None, typer.Option(help="CSV file that lists every refusal of one FILE.")] = None,
) -> None:
    """Judge every row of each FILE as it would be judged on landing, without Kafka and without keys.

    Exit code 1 if any row would be refused, 66 if the file has not the columns of the contract.

    Examples:
    - `puyango contracts check crossing_count tumbes_2026.csv`
    - `puyango contracts check --family trade_report events.ndjson --report refusals.csv`

    """
    from streams.offers import inspection  # noqa: PLC0415 -- as above

    [contract] = families([family or words[0]])
    files = [Path(word) for word in (words if family else words[1:])]
    if not files:
        raise UsageRefused("no FILE to check", f"Name one: puyango contracts check {contract.name} FILE")
    if report and len(files) > 1:
        raise UsageRefused("--report lists the refusals of one FILE", "Check the files one by one.")
    settings, now = load(), datetime.now(UTC)
    found = [
        inspection.report(contract, file, settings, now, report)
        if report
        else inspection.inspect(contract, file, settings, now)
        for file in files
    ]
    for one in found:
        _tell(contract, one)
    if any(one.refused for one in found):
        raise typer.Exit(1)


def _written(folder: Path, contract: Contract, text: str) -> Path:
    path = folder / f"{contract.name}.v{contract.version}.schema.json"

    def write(temporary: Path) -> None:
        temporary.write_text(f"{text}\n", encoding="utf-8")

    durable.replace(path, write, mode=0o644)
    return path


def _tell(contract: Contract, found: Inspection) -> None:
    good = found.rows - found.refused
    summary = f"{found.path}: {found.rows:,} rows as {contract.name}, {good:,} fit, {found.refused:,} would be refused"
    console.print(summary, markup=False, soft_wrap=True)
    if found.faults:
        table = Table("reason", "field", "rows", "first", "stands there", "remedy", box=None, pad_edge=False)
        for fault, rows in found.faults.most_common():
            first = found.first[fault]
            place = f"{first.unit} {first.place:,}"
            table.add_row(fault.reason, fault.field, f"{rows:,}", place, _plain(first.stands), fault.remedy)
        console.print(table)
    if found.marks:
        marks = ", ".join(f"{mark} {rows:,}" for mark, rows in sorted(found.marks.items()))
        console.print(f"Rows that would land marked: {marks}", markup=False)


def _plain(text: str) -> str:
    return text.replace("[", "\\[")
