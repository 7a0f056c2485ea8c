"""Airflow's database made ready: its tables, and the pool of one slot that every writer of the lake takes.

A program of its own, ``python -m dags.service.database``, so that whoever starts Airflow need not load it.
"""

from __future__ import annotations

POOL = "lake"
SAYS = "Writers of the lake, one at a time. / Quienes escriben en el lago, de a uno."


def ready() -> None:
    """Leave tables and pool as this version wants them, whatever was there."""
    from airflow.models.pool import Pool  # noqa: PLC0415 - reads its configuration when it is loaded
    from airflow.utils.db import initdb  # noqa: PLC0415 - as above

    initdb()
    Pool.create_or_update_pool(POOL, slots=1, description=SAYS, include_deferred=False)


if __name__ == "__main__":
    ready()
