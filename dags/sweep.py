"""The sweep: whatever events were lost, what is stale is found here and caught up."""

from __future__ import annotations

from airflow.providers.standard.operators.trigger_dagrun import TriggerDagRunOperator
from airflow.sdk import CronTriggerTimetable, dag, task

from dags import prose, steps
from dags.errand import START, errand, stated

STEP_S = 5


@dag(
    "sweep",
    schedule=CronTriggerTimetable("*/2 * * * *", timezone="UTC"),
    start_date=START,
    catchup=False,
    max_active_runs=1,
    default_args=stated("puyango"),
    doc_md=prose.SWEEP,
    tags=["sweep"],
)
def sweep() -> None:
    """Declare the DAG."""

    @task(doc_md=prose.SWEEP)
    def overdue() -> list[str]:
        with errand() as asked:
            return steps.overdue(asked.settings)

    TriggerDagRunOperator.partial(
        task_id="catch_up",
        doc_md=prose.SWEEP,
        logical_date=None,
        wait_for_completion=True,
        deferrable=True,
        poke_interval=STEP_S,
        allowed_states=["success", "failed"],
        failed_states=[],
        openlineage_inject_parent_info=False,
    ).expand(trigger_dag_id=overdue())


sweep()
