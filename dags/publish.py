"""Publication: once a day, or when a person says so; its extract and the page of the checks follow it."""

from __future__ import annotations

from datetime import timedelta
from typing import cast

from airflow.sdk import CronTriggerTimetable, dag, task

from dags import hops, prose
from dags.errand import LAKE, errand, stated

PATIENCE, PAUSE = 120, timedelta(minutes=1)
"""Events arrive all day, and what arrived must be in the figures first: the moment for it comes, if not at once."""


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

    @task(pool=LAKE, doc_md=prose.PUBLISH, retries=PATIENCE, retry_delay=PAUSE)
    def publish() -> str:
        with errand() as asked:
            return hops.publish(asked.settings).name

    @task(doc_md=prose.EXTRACT)
    def extract(vintage: str) -> None:
        with errand() as asked:
            hops.extract(asked.settings, vintage)

    @task(doc_md=prose.PAGE)
    def page() -> None:
        with errand() as asked:
            hops.page(asked.settings)

    made = publish()
    extract(cast("str", made))
    made >> page()


publication()
