"""Whether what was started together runs together, and keeps its secrets."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dags.doctor.finding import fault
from dags.service import standing
from streams.privacy.keys import OTHERS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from dags.doctor.finding import Finding
    from puyango.settings import Settings

SAYS = "Broker, ingester and Airflow run together or not at all, and Airflow's folder is closed to others."


def examine(settings: Settings) -> Iterator[Finding]:
    """Ask each part of ``puyango up`` how it is; a home in which it was never called has none."""
    if not settings.airflow.exists():
        return
    if settings.airflow.stat().st_mode & OTHERS:
        yield fault(f"{settings.airflow} can be read by others than its owner", f"chmod 0700 {settings.airflow}")
    now = standing.standing(settings)
    if {now.parts.get(part, "runs") for part in (standing.AIRFLOW, standing.INGESTER)} == {"stopped"}:
        return
    for part in now.unwell:
        yield fault(
            f"{part}: {now.parts[part]}", f"puyango up starts what is stopped; the logs are in {settings.airflow}"
        )
