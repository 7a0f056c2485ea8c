"""The ``puyango`` command line: each module of this folder adds its commands."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

import puyango.cli as commands
from puyango import __version__
from puyango.durable import refusal
from puyango.errors import PuyangoError
from puyango.log import configure
from puyango.members import members

app = typer.Typer(
    name="puyango",
    help="Event-driven border trade and cross-border flow analytics.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode="markdown",
)


@app.callback()
def options(verbose: Annotated[bool, typer.Option("--verbose", "-v", help="Log details too.")] = False) -> None:
    """Event-driven border trade and cross-border flow analytics, first for the Peru-Ecuador border."""
    configure(verbose=verbose, quiet=sys.stderr.isatty())


@app.command()
def version() -> None:
    """Print the version."""
    Console().print(__version__)


def main() -> None:
    """Run the command line; every error of the platform ends with its message and its exit code."""
    os.umask(0o077)
    for module in members(commands):
        module.register(app)
    try:
        app()
    except PuyangoError as error:
        _end(error)
    except OSError as error:
        _end(refusal(error, Path(error.filename or ".")))


def _end(error: PuyangoError) -> None:
    console = Console(stderr=True, highlight=False, emoji=False)
    console.print(f"[bold red]{error.code}[/]: ", end="")
    console.print(error.what, markup=False, soft_wrap=True)
    if error.remedy:
        console.print(error.remedy, markup=False, soft_wrap=True)
    sys.exit(error.exit_code)
