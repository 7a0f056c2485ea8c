"""Airflow's database made ready: its tables, and the pool of one slot that every writer of the lake takes.

That is a program of its own, ``python -m dags.service.database``, so that whoever starts Airflow need not load it.
"""

from __future__ import annotations

import subprocess
import sys
from typing import TYPE_CHECKING

from puyango.errors import Unreachable

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

POOL = "lake"
SAYS = "Writers of the lake, one at a time. / Quienes escriben en el lago, de a uno."
LIMIT_S = 180.0


def ready() -> None:
    """Leave tables and pool as this version wants them, whatever was there."""
    from airflow.models.pool import Pool  # noqa: PLC0415 - reads its configuration when it is loaded
    from airflow.utils.db import initdb  # noqa: PLC0415 - as above

    initdb()
    Pool.create_or_update_pool(POOL, slots=1, description=SAYS, include_deferred=False)


def prepare(environ: Mapping[str, str], folder: Path) -> None:
    """Run the program; raises ``Unreachable`` with where to read why the database is not ready."""
    log = folder / "prepare.log"
    asked = [sys.executable, "-m", __name__]
    with log.open("wb") as said:
        try:
            subprocess.run(asked, env=environ, stdout=said, stderr=said, timeout=LIMIT_S, check=True)  # noqa: S603 - ours
        except subprocess.SubprocessError as error:
            raise Unreachable("Airflow's database cannot be made ready", f"Its last words are in {log}.") from error


if __name__ == "__main__":
    ready()
