"""How broker, ingester and Airflow of one home are, part by part."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING

import streams.families
from dags.declared import groups
from dags.service import configuration
from dags.service.session import Session
from puyango.errors import PuyangoError, Unreachable
from puyango.members import members
from streams.airflow import COMPONENTS, Airflow
from streams.broker import server

if TYPE_CHECKING:
    from pathlib import Path

    from puyango.settings import Settings

AIRFLOW, INGESTER, BROKER = "airflow", "ingester", "broker"
WELL = ("healthy", "runs", "yours")
OTHERS = 3
"""The DAGs that no declaration makes: publication, maintenance, sweep."""


@dataclass(frozen=True)
class Standing:
    """Each part with a word for how it is, where to log in, and what runs.

    ``began`` says whether this call started a part of it.
    """

    parts: dict[str, str]
    url: str
    processes: tuple[int, ...]
    began: bool = False

    @property
    def unwell(self) -> list[str]:
        """The parts that are not as they should be."""
        return [part for part, word in self.parts.items() if word not in WELL]

    @property
    def whole(self) -> bool:
        """Whether every part is as it should be."""
        return not self.unwell


def standing(settings: Settings) -> Standing:
    """Return how the parts are now; each is asked, none is waited for."""
    folder = home(settings)
    sessions = [Session.remembered(folder, name) for name in (AIRFLOW, INGESTER)]
    local = server.status(settings)
    broker = "yours" if settings.kafka_bootstrap_servers else "runs" if local.running else "stopped"
    parts = {BROKER: broker, INGESTER: _ingester(sessions[1]), **_airflow(settings, sessions[0])}
    processes = [pid for session in sessions for pid in session.processes()]
    return Standing(parts, url(settings), (*([local.pid] if local.running else []), *processes))


def home(settings: Settings) -> Path:
    """Return the folder of Airflow and the ingester by its one true name: their processes are recognised by it."""
    return settings.airflow.resolve()


def url(settings: Settings) -> str:
    """Return where Airflow answers: the one that the settings name, else the local one."""
    return settings.airflow_url or configuration.url(port(home(settings)))


def port(folder: Path) -> int:
    """Return the port that the local Airflow keeps, 0 before its first start."""
    try:
        return int(json.loads((folder / "port.json").read_text(encoding="utf-8"))["port"])
    except (OSError, ValueError, TypeError, KeyError):
        return 0


def _ingester(session: Session) -> str:
    told = session.parts().get(INGESTER)
    if told is None:
        return "stopped"
    code = f", last with code {told['code']}" if told["code"] is not None else ""
    return {"runs": "runs", "waits": f"starts again{code}"}.get(str(told["state"]), f"ended{code}: see ingester.log")


def _airflow(settings: Settings, session: Session) -> dict[str, str]:
    """Return how each component says it is, and whether all DAGs are known."""
    if settings.airflow_url:
        return {AIRFLOW: "yours"}
    if not session.led:
        return {AIRFLOW: "stopped"}
    folder = home(settings)
    asked = Airflow(url(settings), configuration.PERSON, configuration.password(folder))
    try:
        found = asked.health()
        return {**{f"{AIRFLOW} {name}": found[name] for name in COMPONENTS}, f"{AIRFLOW} DAGs": _dags(asked)}
    except Unreachable:
        return {AIRFLOW: "does not answer yet"}
    except PuyangoError as error:
        return {AIRFLOW: error.what}


def _dags(asked: Airflow) -> str:
    """Say whether Airflow has parsed every DAG, and if not what stands in the way."""
    broken = asked.get("/api/v2/importErrors", limit=1).get("total_entries", 0)
    known = int(asked.get("/api/v2/dags", limit=1).get("total_entries", 0))
    wanted = len(members(streams.families)) + len(groups()) + OTHERS
    if broken:
        return f"{broken} files cannot be read"
    return "healthy" if known >= wanted else f"{known} of {wanted} known"
