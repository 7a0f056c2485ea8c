"""What is stale, whoever was told: read from the landing and the ledger, and named by the DAG that does it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import streams.families
from dags.declared import families, groups
from puyango.members import members
from streams.landing import Landing
from transforms import catalogue, declaration, lake, stale, waiting
from transforms.table import declared
from warehouse import stale as periods
from warehouse.indicator import indicators

if TYPE_CHECKING:
    from collections.abc import Iterator

    from duckdb import DuckDBPyConnection

    from puyango.settings import Settings
    from transforms.waiting import Place

HELD = "select layer, table_name, batch from ops.held"
TOUCHED = "select coalesce(max(batch), 0) from ops.touched_day where family = ?"
SETTLED = "select coalesce(max(batch), 0) from ops.settled_day where list_contains(?::varchar[], table_name)"
BUILT = "select coalesce(max(batch), 0) from ops.built_period where list_contains(?::varchar[], indicator)"


def dags(settings: Settings) -> list[str]:
    """Return the DAGs that have something to do now, silver before gold.

    A table that is held is left to a person until something that it is made of has changed.
    """
    names = [module.CONTRACT.name for module in members(streams.families)]
    if not catalogue.path(settings).exists():
        return [f"silver_{family}" for family in names if _landed(settings, family, {})]
    with lake.reading(settings) as con:
        held = {(layer, table): int(batch) for layer, table, batch in con.execute(HELD).fetchall()}
        late = set(_unsettled(con, held))
        silver = [each for each in names if each in late or _landed(settings, each, waiting.positions(con, each))]
        unbuilt = set(_unbuilt(con, held))
    gold = [group for group, listed in groups().items() if any(each.id in unbuilt for each in listed)]
    return [*(f"silver_{family}" for family in silver), *(f"gold_{group}" for group in gold)]


def _landed(settings: Settings, family: str, positions: dict[Place, int]) -> bool:
    """Say whether segments of ``family`` wait to be collected; one footer a partition is read."""
    landing = Landing(settings.landing)
    return any(
        last.next != positions.get((chain, number))
        for chain, number, partition in landing.places(family)
        if (last := partition.last())
    )


def _unsettled(con: DuckDBPyConnection, held: dict[tuple[str, str], int]) -> Iterator[str]:
    """Yield the families of which a table has stale days and may be settled."""
    for name, family in families().items():
        since = max(held.get(("silver", name), -1), held.get(("bronze", family), -1))
        table = declared()[name].TABLE
        if since < _batch(con, TOUCHED, family) and stale.days(con, table, declaration.of(table)):
            yield family


def _unbuilt(con: DuckDBPyConnection, held: dict[tuple[str, str], int]) -> Iterator[str]:
    """Yield the indicators that have stale periods and may be built."""
    for each in indicators():
        changed = max(
            _batch(con, asked, list(each.reads_from(layer))) for layer, asked in (("silver", SETTLED), ("gold", BUILT))
        )
        if held.get(("gold", each.id), -1) < changed and not periods.held(con, each) and periods.wholes(con, each):
            yield each.id


def _batch(con: DuckDBPyConnection, asked: str, what: object) -> int:
    row = con.execute(asked, [what]).fetchone()
    return int(row[0]) if row else 0
