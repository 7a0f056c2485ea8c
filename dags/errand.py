"""How a task of ours runs: with which settings and days, what is tried again, and what no retry heals."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from airflow.sdk.exceptions import AirflowFailException

from dags import key
from dags.service.database import POOL
from puyango.errors import PuyangoError, Transient
from puyango.settings import load

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date

    from airflow.sdk.types import DagRunProtocol

    from puyango.settings import Settings

LAKE = POOL
"""The pool of one slot that every writer of the lake takes."""

AHEAD = 10
"""The weight of silver: gold waits for what is on its way to silver, and then does all of it at once."""

START = datetime(2024, 1, 1, tzinfo=UTC)
RETRIES = 3
DELAY = timedelta(seconds=10)


@dataclass(frozen=True, slots=True)
class Errand:
    """What a run is asked to do: with these settings, these days; all that is stale where ``days`` is None."""

    settings: Settings
    days: list[date] | None


def stated(owner: str, weight: int = 1) -> dict[str, Any]:
    """Return what every task of ours is begun with: who answers for it, and that it is soon tried again.

    Of the tasks that wait for the pool the one of most ``weight`` goes first.
    """
    turn = {"priority_weight": weight, "weight_rule": "absolute"}
    return {"owner": owner, "retries": RETRIES, "retry_delay": DELAY, **turn}


@contextmanager
def errand(run: DagRunProtocol | None = None) -> Iterator[Errand]:
    """Yield what the run is asked to do; a key that is none ends the task before a setting is read.

    What may heal is left to the retries of the task. What no retry heals, a judgement among it, fails it at once.
    """
    try:
        days = key.days(getattr(run, "partition_key", None))
        yield Errand(load(), days)
    except Transient:
        raise
    except PuyangoError as error:
        raise AirflowFailException(str(error)) from error
