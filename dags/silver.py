"""One DAG a family: what has landed is collected, and each table of the family folded, judged and put in place."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from airflow.sdk import PartitionedAssetTimetable, dag, task, task_group
from airflow.sdk.exceptions import AirflowSkipException

import streams.families
from dags import prose, steps
from dags.assets import landed, settled, tell
from dags.errand import AHEAD, LAKE, errand, stated
from puyango.members import members

if TYPE_CHECKING:
    from airflow.sdk import XComArg
    from airflow.sdk.types import DagRunProtocol, OutletEventAccessorsProtocol

    from streams.contract import Contract

EACH = "{{ task.op_kwargs['table'] }}"
"""How a mapped task is called: by its table."""


def name(draft: XComArg) -> str:
    """Return ``draft`` as the text that it will be when the task runs."""
    return cast("str", draft)


def pipeline(contract: Contract) -> None:
    """Declare the DAG of the family of ``contract``."""
    family = contract.name

    @dag(
        f"silver_{family}",
        schedule=PartitionedAssetTimetable(assets=landed(family)),
        catchup=False,
        max_active_runs=4,
        default_args=stated(contract.owner, AHEAD),
        doc_md=prose.silver(contract),
        tags=["silver", family],
    )
    def silver() -> None:
        @task(pool=LAKE, doc_md=prose.COLLECT)
        def collect(dag_run: DagRunProtocol | None = None) -> list[str]:
            with errand(dag_run) as asked:
                return steps.collect(asked.settings, family)

        @task(pool=LAKE, doc_md=prose.SETTLE, map_index_template=EACH)
        def settle(table: str, dag_run: DagRunProtocol | None = None) -> str:
            with errand(dag_run) as asked:
                if draft := steps.draft(asked.settings, table, asked.days):
                    return draft
                raise AirflowSkipException(f"{table}: no day of these is stale")

        @task(pool=LAKE, doc_md=prose.JUDGE, map_index_template=EACH)
        def judge(table: str, draft: str, dag_run: DagRunProtocol | None = None) -> str:
            with errand(dag_run) as asked:
                return steps.judge(asked.settings, table, draft)

        @task(pool=LAKE, doc_md=prose.REPLACE, map_index_template=EACH, outlets=[settled(family)])
        def replace(
            table: str,
            draft: str,
            dag_run: DagRunProtocol | None = None,
            outlet_events: OutletEventAccessorsProtocol | None = None,
        ) -> None:
            with errand(dag_run) as asked:
                tell(outlet_events, settled(family), steps.replace(asked.settings, table, draft, asked.days))

        @task_group(group_id="each_table", prefix_group_id=False)
        def each(table: str) -> None:
            replace(table=table, draft=name(judge(table=table, draft=name(settle(table=table)))))

        each.expand(table=collect())

    silver()


for module in members(streams.families):
    pipeline(module.CONTRACT)
