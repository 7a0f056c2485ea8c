"""Broker, ingester and Airflow as a person runs them: real programs, one start, and what is killed in between."""

from __future__ import annotations

import os
import signal
import time
from datetime import date
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

import psutil
import pytest
from kafka import KafkaProducer

from dags import key, overdue
from dags.service import configuration, station
from dags.service.session import Session
from dags.service.standing import AIRFLOW, home, standing, url
from puyango.errors import PuyangoError
from puyango.settings import Settings
from streams import event
from streams.airflow import Airflow
from streams.broker import server
from streams.families.traveller_crossing import CONTRACT
from transforms import catalogue, lake

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

pytestmark = [pytest.mark.airflow, pytest.mark.broker]

LONG_S = 400.0
DAYS = [date(2025, 3, day) for day in (9, 10, 11)]
HOSTILE = "2025-03-09'; drop table ops.segment; --/../../\x1b[2J{{ conn.lake }}"


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Settings]:
    """Yield settings of a home in which everything runs; at the end nothing does, and that is looked at."""
    folder = tmp_path_factory.mktemp("station")
    settings = Settings(home=folder / "home", keys=folder / "keys", airflow_start_s=LONG_S)
    try:
        assert station.up(settings).began
        yield settings
        before = standing(settings).processes
        assert len(before) >= 7
        assert station.down(settings).processes
        assert not [pid for pid in before if psutil.pid_exists(pid) and psutil.Process(pid).status() != "zombie"]
        assert set(standing(settings).parts.values()) == {"stopped"}
        assert not station.down(settings).processes
    finally:
        station.down(settings)


@pytest.fixture
def asked(running: Settings) -> Airflow:
    """Return Airflow, to somebody who has logged in."""
    return Airflow(url(running), configuration.PERSON, configuration.password(home(running)))


def until(true: Callable[[], object], what: str, limit_s: float = LONG_S) -> None:
    """Wait until ``true``; nobody answering is as if it were not."""
    deadline = time.monotonic() + limit_s
    while True:
        try:
            if true():
                return
        except PuyangoError:
            pass
        assert time.monotonic() < deadline, what
        time.sleep(0.3)


def cross(settings: Settings, day: date, *people: str) -> None:
    """Produce the crossings of some people on one day."""
    producer = KafkaProducer(bootstrap_servers=server.status(settings).address)
    for person in people:
        facts = {
            "administration": "EC",
            "event_id": f"{day:%d}-{person}",
            "source": "ec_inec_esi",
            "coverage": "sample",
            "crossing_day": day.isoformat(),
            "direction": "entry",
            "post": "huaquillas",
            "mode": "road",
            "nationality": "PE",
        }
        schema = [("schema", CONTRACT.schema_header)]
        producer.send(CONTRACT.topic, event.body(CONTRACT, facts), event.key(CONTRACT, facts), headers=schema)
    producer.close()


def silver(settings: Settings) -> list[tuple[object, ...]]:
    """Return how many crossings silver has of each day."""
    with lake.reading(settings) as con:
        if not lake.columns(con, "silver", "crossing"):
            return []
        return con.execute("select crossing_day, count(*) from silver.crossing group by all order by all").fetchall()


def runs(asked: Airflow, dag: str) -> list[dict[str, Any]]:
    """Return the runs of ``dag``, the last one first."""
    found: list[dict[str, Any]] = asked.get(f"/api/v2/dags/{dag}/dagRuns", limit=100, order_by="-run_after")["dag_runs"]
    return found


def programs(settings: Settings) -> dict[str, int]:
    """Return the process of each program of Airflow."""
    return {name: int(str(told["pid"])) for name, told in Session.remembered(home(settings), AIRFLOW).parts().items()}


def test_doubled_and_late_events_and_killed_programs_change_nothing_but_the_hour(
    running: Settings, asked: Airflow
) -> None:
    """What lands is in silver and gold in the end, each thing once, whatever happened to Airflow meanwhile (A1, A5)."""
    cross(running, DAYS[0], "a", "b")
    until(lambda: runs(asked, f"silver_{CONTRACT.name}"), "the ingester announced nothing")
    until(lambda: silver(running) == [(DAYS[0], 2)], "the first day is not settled")
    for day in (DAYS[2], DAYS[0], DAYS[0], DAYS[1]):
        asked.announce(f"bronze/{CONTRACT.name}", day.isoformat(), {})
    killed = [programs(running)[name] for name in ("scheduler", "api-server")]
    for pid in killed:
        os.kill(pid, signal.SIGKILL)
    cross(running, DAYS[1], "a", "b", "c")
    landing = running.landing / CONTRACT.name
    until(lambda: len(list(landing.rglob("*.parquet"))) >= 2, "ingest stopped with Airflow", 30.0)
    until(lambda: silver(running) == [(DAYS[0], 2), (DAYS[1], 3)], "silver is not whole")
    until(lambda: overdue.dags(running) == [], "something stays stale")
    with lake.reading(running) as con:
        total = con.execute("select sum(people_crossings)::int from gold.people_crossings where freq = 'M'").fetchone()
    assert total == (5,)
    assert not set(killed) & set(programs(running).values())
    assert not station.up(running).began


def test_a_hostile_key_fails_its_run_at_once_and_touches_nothing(running: Settings, asked: Airflow) -> None:
    """A key is the one thing that a stranger with a right to announce can write (A2)."""
    dag = "silver_trade_report"
    asked.announce("bronze/trade_report", HOSTILE, {})
    until(lambda: [run for run in runs(asked, dag) if run["state"] == "failed"], "the run did not fail")
    (run,) = [run for run in runs(asked, dag) if run["partition_key"] == HOSTILE]
    place = f"/api/v2/dags/{dag}/dagRuns/{quote(run['dag_run_id'], safe='')}/taskInstances"
    states = {each["task_id"]: (each["state"], each["try_number"]) for each in asked.get(place)["task_instances"]}
    assert states.pop("collect") == ("failed", 1)
    assert {state for state, _ in states.values()} == {"upstream_failed"}
    said = asked.get(f"{place}/collect/logs/1", full_content="true")
    (told,) = {
        each["error_detail"][0]["exc_value"].splitlines()[0] for each in said["content"] if "error_detail" in each
    }
    assert told == f"partition key {key.quoted(HOSTILE)} is not a day"
    assert "\x1b" not in str(said)
    assert "trade_report" not in {folder.name for folder in catalogue.data(running).glob("*/*")}


def test_no_program_listens_beyond_this_machine(running: Settings) -> None:
    """The login is made for one person at one desk; the log servers ask nobody who they are."""
    found = {
        each.laddr.ip
        for pid in standing(running).processes
        for each in psutil.Process(pid).net_connections("tcp")
        if each.status == psutil.CONN_LISTEN
    }
    assert found
    assert found <= {"127.0.0.1", "::1", "::ffff:127.0.0.1"}


def test_the_pool_of_the_writers_has_one_slot(running: Settings, asked: Airflow) -> None:
    """Without it every writer would wait for the lock of another, and some in vain."""
    assert standing(running).whole
    assert asked.get("/api/v2/pools/lake")["slots"] == 1
