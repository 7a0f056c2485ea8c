"""Broker, ingester and Airflow of one home, brought up together and taken down together."""

from __future__ import annotations

import importlib.util
import json
import sys
import time
from dataclasses import replace
from typing import TYPE_CHECKING

import streams.families
from dags.service import configuration, database, session
from dags.service.environment import variables
from dags.service.session import Session
from dags.service.standing import AIRFLOW, INGESTER, Standing, home, port, standing, url
from puyango.errors import ConfigRefused, OperatorNeeded, Unreachable
from puyango.members import members
from streams.broker import properties, server, topics
from streams.broker.state import alone, write

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from puyango.settings import Settings

    Report = Callable[[str], None]

QUIET = ["--skip-serve-logs"]
"""Logs are read from this machine's disk: the servers that would hand them out listen on every interface."""

PROGRAMS = {"api-server": [], "scheduler": QUIET, "dag-processor": [], "triggerer": QUIET}
PORT = 8080
INGESTER_S = 20.0
AIRFLOW_S = 25.0
FRESH_S = 5.0
LOOK_S = 0.5


def up(settings: Settings, report: Report = lambda _: None) -> Standing:
    """Leave every part running and well, whatever ran before, and return how it is.

    What outlived its watch is ended first. Raises ``Unreachable`` where a part is not well in time, and
    ``OperatorNeeded`` where the ingester ends in a way that no start heals; the others are left running.
    """
    if not settings.airflow_url and importlib.util.find_spec("airflow") is None:
        raise ConfigRefused("Airflow is not installed", "Install the extra: pip install 'puyango[airflow]'")
    folder = home(settings)
    with alone(folder, settings.lock_s):
        began = [_broker(settings, report), _airflow(settings, folder, report), _ingester(settings, folder, report)]
        return replace(_well(settings, report), began=any(began))


def down(settings: Settings, report: Report = lambda _: None) -> Standing:
    """Leave no process of any part: the ingester lands what it holds, then Airflow ends, then the broker.

    Returns how it was before.
    """
    folder = home(settings)
    with alone(folder, settings.lock_s):
        before = standing(settings)
        for name, limit_s in ((INGESTER, INGESTER_S), (AIRFLOW, AIRFLOW_S)):
            report(f"stopping the {name}")
            Session.remembered(folder, name).end(limit_s)
        report("stopping the broker")
        server.stop(settings)
        left = standing(settings).processes
    if left:
        raise Unreachable(f"processes {', '.join(map(str, left))} do not end", "Look at them with ps; then try again.")
    return before


def _broker(settings: Settings, report: Report) -> bool:
    """Leave the broker answering, with a topic for each family; return whether it was started now."""
    began = False
    if not settings.kafka_bootstrap_servers:
        report("starting Apache Kafka")
        began = server.start(settings, report=report).began
    for module in members(streams.families):
        topics.create(settings, module.CONTRACT)
    return began


def _airflow(settings: Settings, folder: Path, report: Report) -> bool:
    """Leave the programs of Airflow running, unless the settings name another one; return whether they began now."""
    found = Session.remembered(folder, AIRFLOW)
    if found.led or settings.airflow_url:
        return False
    found.end(FRESH_S)
    report("preparing Airflow's database")
    environ = variables(settings, folder)
    configuration.write_all(folder, _port(folder))
    database.prepare(environ, folder)
    report("starting Airflow")
    airflow = [sys.executable, "-m", "airflow"]
    commands = {name: [*airflow, name, *options] for name, options in PROGRAMS.items()}
    session.begin(folder, AIRFLOW, commands, environ, codes=False, limit_s=AIRFLOW_S - FRESH_S)
    return True


def _ingester(settings: Settings, folder: Path, report: Report) -> bool:
    """Leave the ingester running, and announcing to Airflow; return whether it was started now."""
    found = Session.remembered(folder, INGESTER)
    told = found.parts().get(INGESTER, {})
    if found.led and told.get("state") != "ended":
        return False
    found.end(INGESTER_S)
    report("starting the ingester")
    others: dict[str, object] = {}
    if not settings.airflow_url:
        secret = configuration.password_file(folder)
        login = {"airflow_username": configuration.INGESTER, "airflow_password_file": secret}
        others = {"airflow_url": url(settings), **login}
    if "segment_age_s" not in settings.model_fields_set:
        others["segment_age_s"] = FRESH_S
    command = [sys.executable, "-m", "puyango.cli", "ingest"]
    environ = variables(settings, folder, **others)
    session.begin(folder, INGESTER, {INGESTER: command}, environ, codes=True, limit_s=INGESTER_S - FRESH_S)
    return True


def _well(settings: Settings, report: Report) -> Standing:
    """Return how the parts are once all are well; raises ``Unreachable`` naming those that are not in time."""
    until = time.monotonic() + settings.airflow_start_s
    while not (found := standing(settings)).whole:
        unwell = [f"{part} ({found.parts[part]})" for part in found.unwell]
        if found.parts[INGESTER].startswith("ended"):
            raise OperatorNeeded(f"the ingester {found.parts[INGESTER]}", f"Its last words are in {home(settings)}.")
        if time.monotonic() > until:
            fact = f"not well after {settings.airflow_start_s:g} s: {', '.join(unwell)}"
            raise Unreachable(fact, f"Logs are in {home(settings)}; puyango up tries again, puyango down ends it.")
        report("waiting for " + ", ".join(unwell))
        time.sleep(LOOK_S)
    return found


def _port(folder: Path) -> int:
    """Return a free port, the one that was kept if it is still free; it is kept from now on."""
    kept = port(folder) or PORT
    chosen = kept if properties.is_free(kept) else properties.free_ports(1)[0]
    write(folder / "port.json", json.dumps({"port": chosen}))
    return chosen
