"""Runs the named DAGs one after the other in this process: ``python -m dags.service.single DAG...``.

A line of JSON on standard output says how each went; whatever else is said goes to standard error.
"""

from __future__ import annotations

import json
import os
import sys
import time
from typing import TYPE_CHECKING

from dags.service import database
from puyango.errors import PuyangoError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from airflow.sdk import DAG


def main() -> None:
    """Run them, until one fails."""
    line = os.fdopen(os.dup(1), "w", buffering=1)
    os.dup2(2, 1)
    os.umask(0o077)
    database.ready()
    from airflow.configuration import conf  # noqa: PLC0415 - loads Airflow
    from airflow.dag_processing.dagbag import DagBag  # noqa: PLC0415 - as above

    bag = DagBag(dag_folder=conf.get("core", "dags_folder"), bundle_name="dags-folder")
    for name in sys.argv[1:]:
        said = run(bag.dags[name])
        line.write(json.dumps(said) + "\n")
        if "error" in said:
            sys.exit(1)


def run(dag: DAG) -> dict[str, object]:
    """Run ``dag`` and return how it went; nothing is tried again."""
    failed: list[BaseException] = []

    def hear(context: Mapping[str, object]) -> None:
        error = context.get("exception")
        failed.append(error if isinstance(error, BaseException) else RuntimeError(str(error)))

    for task in dag.tasks:
        told = getattr(task, "partial_kwargs", None)
        facts = {"retries": 0, "on_failure_callback": [hear]}
        if told is None:
            for fact, value in facts.items():
                setattr(task, fact, value)
        else:
            told.update(facts)
    began = time.monotonic()
    ended = dag.test()
    state = str(ended.state)
    if state != "success":
        return {"error": _told(failed, dag.dag_id)}
    tasks = sum(each.state == "success" for each in ended.get_task_instances())
    return {"dag": dag.dag_id, "state": state, "tasks": tasks, "took_s": round(time.monotonic() - began, 3)}


def _told(failed: list[BaseException], dag: str) -> dict[str, str]:
    """Return the first error of ours among what failed, else what failed."""
    chained = [each for error in failed for each in (error, error.__cause__)]
    ours = next((each for each in chained if isinstance(each, PuyangoError)), None)
    if ours is None:
        what = f"{dag} failed: {failed[0]!r}" if failed else f"{dag} failed"
        ours = PuyangoError(what, "See its log.")
    return {"kind": _kind(ours), "what": ours.what, "remedy": ours.remedy, "code": ours.code}


def _kind(error: PuyangoError) -> str:
    """Return the name of the platform's own class that ``error`` is of."""
    return next(kind.__name__ for kind in type(error).__mro__ if kind.__module__ == PuyangoError.__module__)


if __name__ == "__main__":
    main()
