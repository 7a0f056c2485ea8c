"""Whether the lake says all that it has been told: only then may it be published."""

from __future__ import annotations

from typing import TYPE_CHECKING

from puyango.errors import InputUnfit, Transient
from transforms import declaration
from transforms import stale as days
from transforms.table import declared
from warehouse import stale
from warehouse.indicator import indicators

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import date

    from duckdb import DuckDBPyConnection

    from transforms.table import Table
    from warehouse.vintage import Offsets, Vintage

NAMED = 3
POSITIONS = "select family, chain, partition, next_offset from lake.ops.position order by all"
UNJUDGED = """
select family
from lake.ops.segment
group by family
having max(batch) > coalesce((
    select max(verdict.batch)
    from lake.ops.verdict as verdict
    where verdict.layer = 'bronze' and verdict.table_name = family
), -1)
order by family
"""


class NotReady(Transient):
    """Something that is in the lake is not in its figures yet."""

    exit_code = 75
    code = "not_ready"


def judge(con: DuckDBPyConnection, last: Vintage | None) -> None:
    """Raise ``NotReady`` unless every event up to the ledger's offsets is in the figures, and ``last`` is behind them.

    What a check holds, and what reads it, keeps nothing else back: it is published as it was.
    """
    if last:
        _behind(con, last)
    for (family,) in con.execute(UNJUDGED).fetchall():
        raise NotReady(f"events of {family} were collected and not judged", "Run puyango collect, then publish again.")
    for name, found in _unsettled(con):
        raise NotReady(f"silver.{name}: {_some(found, 'days')} to be settled", "Run puyango settle, build and publish.")
    for name, found in _unbuilt(con):
        raise NotReady(f"gold.{name}: {_some(found, 'periods')} to be built", "Run puyango build, then publish again.")


def offsets(con: DuckDBPyConnection) -> Offsets:
    """Return the ledger's next offset of every partition."""
    found: Offsets = {}
    for family, chain, partition, offset in con.execute(POSITIONS).fetchall():
        found.setdefault(family, {}).setdefault(chain, {})[str(partition)] = offset
    return found


def _behind(con: DuckDBPyConnection, last: Vintage) -> None:
    """Raise ``InputUnfit`` if the lake knows less than ``last``: what was published cannot become unknown."""
    now = {(chain, partition): offset for _, chain, partition, offset in _places(offsets(con))}
    for family, chain, partition, offset in _places(last.offsets):
        if (have := now.get((chain, partition), 0)) < offset:
            fact = f"{family}, {chain} partition {partition}: collected up to {have}"
            remedy = "Run puyango collect; the landing must hold what it held then."
            raise InputUnfit(f"{fact}, but {last.name} was made up to {offset}", remedy)


def _places(found: Offsets) -> Iterator[tuple[str, str, str, int]]:
    for family, chains in found.items():
        for chain, partitions in chains.items():
            yield from ((family, chain, partition, offset) for partition, offset in partitions.items())


def _unsettled(con: DuckDBPyConnection) -> Iterator[tuple[str, list[date]]]:
    held = {(layer, table) for layer, table, _ in stale.stops(con)}
    for name, module in declared().items():
        table = module.TABLE
        if not held & {("silver", name), ("bronze", table.reads.name)} and (found := _days(con, table)):
            yield name, found


def _days(con: DuckDBPyConnection, table: Table) -> list[date]:
    return days.days(con, table, declaration.of(table))


def _unbuilt(con: DuckDBPyConnection) -> Iterator[tuple[str, list[date]]]:
    stops = stale.stops(con)
    for indicator in indicators():
        if not stale.stopped(stops, indicator) and (found := list(stale.wholes(con, indicator))):
            yield indicator.id, found


def _some(found: Sequence[date], what: str) -> str:
    """Return how many there are and the first of them."""
    named = ", ".join(map(str, found[:NAMED]))
    more = ", …" if len(found) > NAMED else ""
    return f"{len(found):,} {what} ({named}{more})"
