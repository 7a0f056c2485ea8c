"""The vintage that a publication would make of the lake as it is."""

from __future__ import annotations

from typing import TYPE_CHECKING

from puyango.errors import InputUnfit
from warehouse import build, entry, provenance, readiness, stale, version, vintage
from warehouse.indicator import indicators
from warehouse.vintage import Vintage

if TYPE_CHECKING:
    from collections.abc import Sequence

    from duckdb import DuckDBPyConnection

    from warehouse.stale import Stop


def candidate(con: DuckDBPyConnection, known: Sequence[Vintage]) -> Vintage:
    """Return the vintage that a publication would make of the lake as ``con`` sees it, figures not yet counted."""
    as_of = build.latest(con)
    if as_of is None:
        raise InputUnfit("the lake holds no events, so there is nothing to publish", "Run puyango collect first.")
    snapshot, snapshot_at, _ = entry.current(con)
    last, stops = (known[-1] if known else None), stale.stops(con)
    return Vintage(
        name=vintage.named(as_of, [each.name for each in known]),
        as_of=as_of,
        snapshot=snapshot,
        snapshot_at=snapshot_at,
        offsets=readiness.offsets(con),
        code_version=version.code_version(),
        made_by=version.methods(),
        verdicts=provenance.verdicts(con),
        held=[": ".join((f"{layer}.{table}", why)) for layer, table, why in stops],
        standing=_standing(stops, last),
        previous=last.name if last else "",
    )


def _standing(stops: Sequence[Stop], last: Vintage | None) -> dict[str, str]:
    """Return the indicators whose publication a check stops, each with the vintage whose figures it goes on showing."""
    stopped = [each.id for each in indicators() if stale.stopped(stops, each)]
    return {id_: (last.standing.get(id_, last.name) if last else "") for id_ in stopped}
