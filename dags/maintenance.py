"""Maintenance: once a night."""

from __future__ import annotations

from airflow.sdk import CronTriggerTimetable, dag, task

from dags import hops, prose
from dags.errand import LAKE, errand, stated


@dag(
    "maintenance",
    schedule=CronTriggerTimetable("0 3 * * *", timezone="America/Lima"),
    catchup=False,
    max_active_runs=1,
    default_args=stated("puyango"),
    doc_md=prose.MAINTAIN,
    tags=["maintenance"],
)
def maintenance() -> None:
    """Declare the DAG."""

    @task(pool=LAKE, doc_md=prose.MAINTAIN)
    def maintain() -> None:
        with errand() as asked:
            hops.maintain(asked.settings)

    maintain()


maintenance()
