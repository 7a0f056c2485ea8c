"""What wakes what: the days of a family in bronze, of a family in silver, of a group in gold.

An event carries the days as its partition key. It says when to look, never what there is to do.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from airflow.sdk import Asset

from dags import key
from streams.announce import bronze_asset

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from airflow.sdk.types import OutletEventAccessorsProtocol

SCHEME = "puyango://"


def landed(family: str) -> Asset:
    """Return the asset whose events say that days of ``family`` have landed; the ingester announces them."""
    return _asset(bronze_asset(family))


def settled(family: str) -> Asset:
    """Return the asset whose events say that days of ``family`` were put into silver."""
    return _asset(f"silver/{family}")


def built(group: str) -> Asset:
    """Return the asset whose events say that periods of the indicators of ``group`` were built."""
    return _asset(f"gold/{group}")


def tell(events: OutletEventAccessorsProtocol | None, asset: Asset, days: Sequence[date]) -> None:
    """Have ``asset`` say ``days`` when the task succeeds; no day, nothing said."""
    if events is not None and days:
        events[asset].add_partitions(key.spanning(days))


def _asset(name: str) -> Asset:
    return Asset(name=name, uri=f"{SCHEME}{name}", group="puyango")
