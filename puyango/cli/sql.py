"""``puyango sql``: a read-only prompt on what was published, or on the lake."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Annotated

import typer

from puyango.cli._stage import CONSOLE
from puyango.errors import PuyangoError
from puyango.settings import load

if TYPE_CHECKING:
    from collections.abc import Iterator

    from duckdb import DuckDBPyConnection

    from puyango.settings import Settings

GREETING = "Read-only. End a query with a semicolon; show tables; lists what is here; .quit leaves."
LEAVE = (".quit", ".exit")


def register(app: typer.Typer) -> None:
    """Add the command to ``app``."""
    app.command()(sql)


def sql(
    query: Annotated[str, typer.Argument(metavar="[QUERY]", help="One query; without it, a prompt.")] = "",
    vintage: Annotated[
        str, typer.Option("--vintage", metavar="V", help="As published then; puyango vintages lists them.")
    ] = "",
    lake: Annotated[bool, typer.Option("--lake", help="Ask the lake, with all layers: for authorised staff.")] = False,
) -> None:
    """Ask the published mart, or the lake, in SQL; nothing can be written.

    Examples: `puyango sql`, `puyango sql "select indicator, title_en, unit from catalogue"`,
    `puyango sql --vintage 2026-03-01T15:00:00Z-01 "from about"`,
    `puyango sql --lake "select layer, table_name, rule from ops.verdict where outcome <> 'passed'"`
    """
    from warehouse import query as door  # noqa: PLC0415 -- engines load only where they work

    settings = load()
    with (door.lake if lake else door.mart)(settings, vintage) as con:
        if query:
            _answer(con, query, settings)
            return
        if sys.stdin.isatty():
            CONSOLE.print(GREETING)
        for each in _queries():
            try:
                _answer(con, each, settings)
            except PuyangoError as error:
                if not sys.stdin.isatty():
                    raise
                CONSOLE.print(f"{error.what}\n{error.remedy}", style="red", markup=False)


def _answer(con: DuckDBPyConnection, query: str, settings: Settings) -> None:
    from warehouse import query as door  # noqa: PLC0415 -- as above

    found = door.answer(con, query, settings.query_s)
    if found is not None:
        typer.echo(str(found).rstrip())


def _queries() -> Iterator[str]:
    """Yield what a person types or a program sends, a query at a time; the last may lack its semicolon."""
    import readline  # noqa: F401, PLC0415 -- gives the prompt its arrows and its history

    typed = ""
    while (line := _line("   ... " if typed else "puyango> ")) is not None and line.strip() not in LEAVE:
        typed += f"{line}\n"
        if typed.rstrip().endswith(";"):
            yield typed
            typed = ""
    if typed.strip():
        yield typed


def _line(prompt: str) -> str | None:
    try:
        return input(prompt if sys.stdin.isatty() else "")
    except EOFError:
        return None
