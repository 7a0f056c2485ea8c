"""The ``puyango`` command line: each module of this folder adds its commands."""

from __future__ import annotations

import os
import sys
from typing import Annotated

import typer
from rich.console import Console

import puyango.cli as commands
from puyango import __version__
from puyango.cli import _edge
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
    """Run the command line; whatever ends it early ends with one message and its exit code."""
    os.umask(0o077)
    _edge.watch()
    try:
        for module in members(commands):
            module.register(app)
        app()
    except BaseException as error:  # noqa: BLE001 -- the last place: a traceback helps nobody who typed a command
        _edge.end(_edge.explained(error))
