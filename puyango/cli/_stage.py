"""How a command shows that it is working, and what came of it."""

from __future__ import annotations

import sys
import time
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

if TYPE_CHECKING:
    from collections.abc import Iterator

WIDE = 140
CONSOLE = Console(highlight=False, width=None if sys.stdout.isatty() else WIDE)


@dataclass
class Stage:
    """A piece of work with a title; ``say`` sets what is printed beside it, ``moved`` how far it has come."""

    progress: Progress
    title: str
    said: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        """Show the stage as begun."""
        self.task = self.progress.add_task(self.title, total=None)

    def expect(self, total: int) -> None:
        """Say how many steps there are."""
        self.progress.update(self.task, total=total)

    def step(self) -> None:
        """Say that one more step is done."""
        self.progress.advance(self.task)

    def moved(self, completed: int) -> None:
        """Say how many steps are done."""
        self.progress.update(self.task, completed=completed)

    def say(self, text: str) -> None:
        """Add ``text`` to what is printed when the stage ends."""
        self.said.append(text)


@contextmanager
def stage(title: str) -> Iterator[Stage]:
    """Show progress while the body runs, then one line with what was said and how long it took."""
    began = time.monotonic()
    columns = (
        SpinnerColumn(),
        TextColumn("{task.description}"),
        BarColumn(bar_width=30),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
    )
    with Progress(*columns, console=CONSOLE, transient=True) as progress:
        now = Stage(progress, title)
        yield now
    took = time.monotonic() - began
    CONSOLE.print(f"[green]✓[/] {title} [dim]({took:.1f} s)[/]" + "".join(f"\n    {text}" for text in now.said))
