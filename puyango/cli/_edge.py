"""Where a command ends early: stopped, refused, or by what nobody foresaw; each with one message and its exit code."""

from __future__ import annotations

import os
import signal
import sys
import traceback
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

from rich.console import Console

from puyango import durable
from puyango.errors import Interrupted, PuyangoError
from puyango.settings import load

if TYPE_CHECKING:
    from collections.abc import Iterator
    from types import FrameType

AGAIN = "Nothing is left half-done. Run the same command again."
MEMORY = "Close other programs, or name fewer families, tables or indicators at once."
TRACES = 20
_signals: list[int] = []


def watch() -> None:
    """Let the first SIGINT or SIGTERM end the command in order, and the second at once."""
    _signals.clear()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, _answer)


@contextmanager
def interruptible(kept: str) -> Iterator[None]:
    """Raise ``Interrupted`` saying what was ``kept`` where a signal ends the body, whatever an engine made of it."""
    try:
        yield
    except BaseException as error:
        if _signals or isinstance(error, KeyboardInterrupt):
            raise Interrupted("stopped before the end", kept) from error
        raise


def explained(error: BaseException) -> PuyangoError:
    """Return what ``error`` means for whoever typed the command; an ordinary exit goes on as it is."""
    stopped = bool(_signals) or isinstance(error, KeyboardInterrupt)
    if isinstance(error, Interrupted):
        return error
    if isinstance(error, SystemExit) and not (stopped and error.code == Interrupted.exit_code):
        raise error
    if stopped:
        return Interrupted("stopped before the end", AGAIN)
    if isinstance(error, PuyangoError):
        return error
    return _unforeseen(error)


def end(error: PuyangoError) -> NoReturn:
    """Print what happened and what to do, and end with the code of ``error``."""
    console = Console(stderr=True, highlight=False, emoji=False)
    console.print(f"[bold red]{error.code}[/]: ", end="")
    console.print(error.what, markup=False, soft_wrap=True)
    if error.remedy:
        console.print(error.remedy, markup=False, soft_wrap=True)
    sys.exit(error.exit_code)


def _answer(number: int, _frame: FrameType | None) -> None:
    if _signals:
        os._exit(Interrupted.exit_code)
    _signals.append(number)
    raise KeyboardInterrupt


def _unforeseen(error: BaseException) -> PuyangoError:
    said = next(iter(str(error).splitlines()), "")
    if durable.number(error) in durable.FULL or (isinstance(error, OSError) and error.filename):
        return durable.refusal(error, Path(getattr(error, "filename", None) or "."))
    if isinstance(error, MemoryError) or type(error).__name__ == "OutOfMemoryException":
        return PuyangoError(f"memory does not suffice: {said}", f"{MEMORY} {AGAIN}", code="out_of_memory")
    what = f"a fault of the program, {type(error).__name__}: {said}"
    return PuyangoError(what, f"{_trace(error)} Report it with what you typed.")


def _trace(error: BaseException) -> str:
    """Keep the traceback, without values, in the home; where there is none, print it. Return where it is."""
    text = "".join(traceback.format_exception(error))
    try:
        folder = load().home / "errors"
        if not folder.parent.is_dir():
            raise FileNotFoundError
        folder.mkdir(mode=0o700, exist_ok=True)
        path = folder / f"{datetime.now(UTC):%Y%m%dT%H%M%S.%fZ}-{os.getpid()}.txt"
        path.write_text(text, encoding="utf-8")
        for old in sorted(folder.glob("*.txt"))[:-TRACES]:
            old.unlink(missing_ok=True)
    except (OSError, PuyangoError):
        sys.stderr.write(text)
        return "The traceback is above."
    return f"The traceback is in {path}."
