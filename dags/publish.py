"""Publication: once a day, or when a person says so."""

from __future__ import annotations

from airflow.sdk import CronTriggerTimetable, dag, task

from dags import hops, prose
from dags.errand import LAKE, errand, stated


@dag(
    "publish",
    schedule=CronTriggerTimetable("0 6 * * *", timezone="America/Lima"),
    catchup=False,
    max_active_runs=1,
    default_args=stated("puyango"),
    doc_md=prose.PUBLISH,
    tags=["publication"],
)
def publication() -> None:
    """Declare the DAG."""

    @task(pool=LAKE, doc_md=prose.PUBLISH)
    def publish() -> str:
        with errand() as asked:
            return str(getattr(hops.publish(asked.settings), "name", ""))

    publish()


publication()
