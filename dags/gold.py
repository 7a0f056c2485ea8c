"""One DAG a group of indicators: their stale periods are built when silver, or a group that they read, has changed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from airflow.sdk import AssetAny, PartitionedAssetTimetable, dag, task
from airflow.sdk.exceptions import AirflowSkipException

from dags import prose, steps
from dags.assets import built, settled, tell
from dags.declared import groups, reads
from dags.errand import LAKE, errand, stated

if TYPE_CHECKING:
    from collections.abc import Sequence

    from airflow.sdk.types import DagRunProtocol, OutletEventAccessorsProtocol

    from warehouse.header import Header


def pipeline(group: str, headers: Sequence[Header]) -> None:
    """Declare the DAG of one ``group``."""
    families, above = reads(group)

    @dag(
        f"gold_{group}",
        schedule=PartitionedAssetTimetable(assets=AssetAny(*map(settled, families), *map(built, above))),
        catchup=False,
        max_active_runs=1,
        default_args=stated(headers[0].owner),
        doc_md=prose.gold(group, headers),
        tags=["gold", group],
    )
    def gold() -> None:
        @task(pool=LAKE, doc_md=prose.BUILD, outlets=[built(group)])
        def build(
            dag_run: DagRunProtocol | None = None, outlet_events: OutletEventAccessorsProtocol | None = None
        ) -> None:
            with errand(dag_run) as asked:
                if not (days := steps.build(asked.settings, group)):
                    raise AirflowSkipException(f"{group}: no period is stale")
                tell(outlet_events, built(group), days)

        build()

    gold()


for group, headers in groups().items():
    pipeline(group, headers)
