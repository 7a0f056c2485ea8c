"""The very DAGs, once and in order, without a scheduler: for a demo, a test, a machine that runs no Airflow.

They run in a process of their own (``python -m dags.service.single``), because Airflow reads its configuration when it
is loaded and takes the log for itself.
"""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import dataclass
from graphlib import TopologicalSorter
from typing import TYPE_CHECKING

import streams.families
from dags.declared import groups, reads
from dags.service import configuration
from dags.service.environment import variables
from puyango import errors
from puyango.errors import PuyangoError
from puyango.members import members

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from puyango.settings import Settings

LOG = "dags.log"


@dataclass(frozen=True, slots=True)
class Ran:
    """A DAG that ran: how it ended, how many of its tasks had something to do, and how long it took."""

    dag: str
    state: str
    tasks: int
    took_s: float


def unheard(_: Ran) -> None:
    """Hear of a DAG that ran, and tell nobody."""


def order() -> list[str]:
    """Return all DAGs that take what has landed to a publication, each after those that it reads."""
    silver = [f"silver_{module.CONTRACT.name}" for module in members(streams.families)]
    gold = TopologicalSorter({group: reads(group)[1] for group in groups()}).static_order()
    return [*silver, *(f"gold_{group}" for group in gold), "publish"]


def run_all(settings: Settings, report: Callable[[Ran], None] = unheard) -> list[Ran]:
    """Run the DAGs of ``order`` one after the other and return how each went; ``report`` hears of each as it ends.

    Raises the ``PuyangoError`` with which a task failed; the DAGs after it have not run then.
    """
    folder = (settings.home / "airflow-demo").resolve()
    configuration.write_all(folder)
    done: list[Ran] = []
    with _started(settings, folder) as child:
        for line in child.stdout or ():
            said = json.loads(line)
            if "error" in said:
                raise _error(**said["error"])
            done.append(Ran(**said))
            report(done[-1])
    if child.returncode or len(done) < len(order()):
        raise PuyangoError(f"the DAGs ended with code {child.returncode}", f"Their log is {folder / LOG}.")
    return done


def _started(settings: Settings, folder: Path) -> subprocess.Popen[str]:
    """Start the program that runs the DAGs; what it has to say comes line by line, all else goes to its log."""
    asked = [sys.executable, "-m", "dags.service.single", *order()]
    with (folder / LOG).open("wb") as log:
        return subprocess.Popen(  # noqa: S603 - our own program
            asked,
            env=variables(settings, folder),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=log,
            text=True,
        )


def _error(kind: str, what: str, remedy: str, code: str) -> PuyangoError:
    """Return the error that a task of the other process ended with, as it was there."""
    found = getattr(errors, kind, PuyangoError)
    return found(what, remedy, code=code) if issubclass(found, PuyangoError) else PuyangoError(what, remedy, code=code)
