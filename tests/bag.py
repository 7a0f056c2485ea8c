"""What a fresh process finds in the folder of DAGs: ``python -m tests.bag [FAMILIES TABLES]`` prints it as JSON.

With two folders, these are read too, as if their files lay beside the declarations.
"""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

Bag = dict[str, Any]
MARK = "@"
ROOT = Path(__file__).parent.parent


def load(home: Path, *more: Path) -> Bag:
    """Return what a fresh process finds; ``more`` are a folder of families and one of tables."""
    from dags.service import configuration  # noqa: PLC0415 - the fresh process imports this module too
    from dags.service.environment import variables  # noqa: PLC0415 - as above
    from puyango.settings import Settings  # noqa: PLC0415 - as above

    settings = Settings(home=home, keys=home / "keys")
    configuration.write_all(settings.airflow)
    asked = [sys.executable, "-m", "tests.bag", *map(str, more)]
    environ = variables(settings, settings.airflow.resolve())
    done = subprocess.run(asked, env=environ, cwd=ROOT, capture_output=True, text=True, timeout=120, check=True)
    (said,) = [line[1:] for line in done.stdout.splitlines() if line.startswith(MARK)]
    found: Bag = json.loads(said)
    return found


def main() -> None:
    """Print what is found."""
    import streams.families  # noqa: PLC0415 - nothing of ours is loaded before Airflow asks for it
    import transforms.tables  # noqa: PLC0415 - as above

    for package, folder in zip((streams.families, transforms.tables), sys.argv[1:], strict=False):
        package.__path__.append(folder)
    from airflow.configuration import conf  # noqa: PLC0415 - as above
    from airflow.dag_processing.dagbag import DagBag  # noqa: PLC0415 - as above

    bag = DagBag(dag_folder=conf.get("core", "dags_folder"), bundle_name="dags-folder")
    dags = {each.dag_id: _dag(each) for each in bag.dags.values()}
    said = {"loaded": sorted(sys.modules), "errors": bag.import_errors, "dags": dags}
    sys.stdout.write(f"\n{MARK}{json.dumps(said)}\n")


def _dag(dag: Any) -> Bag:  # noqa: ANN401 - Airflow's own, loaded only there
    condition = getattr(dag.timetable, "asset_condition", None)
    return {
        "tags": sorted(dag.tags),
        "doc": dag.doc_md,
        "catchup": dag.catchup,
        "assets": sorted(each.uri for each in getattr(condition, "objects", [condition]) if each),
        "timetable": type(dag.timetable).__name__,
        "tasks": {each.task_id: _task(each) for each in dag.tasks},
    }


def _task(task: Any) -> Bag:  # noqa: ANN401 - as above
    return {
        "owner": task.owner,
        "retries": task.retries,
        "delay_s": task.retry_delay.total_seconds(),
        "pool": task.pool,
        "doc": task.doc_md,
        "outlets": sorted(asset.uri for asset in task.outlets or ()),
    }


if __name__ == "__main__":
    main()
