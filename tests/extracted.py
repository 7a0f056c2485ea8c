"""A small vintage for extracts, and marts that differ from it in one thing."""

from __future__ import annotations

import shutil
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING

import duckdb

from tests.settled import put
from tests.worked import cases
from transforms import lake
from warehouse import build, publish
from warehouse.indicator import indicators

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from puyango.settings import Settings

KNOWN = datetime(2026, 3, 1, 12, 0, 0, 35_000, tzinfo=UTC)
VINTAGE = "2026-03-01T12:00:00Z-01"
COUNTS, CROSSINGS, TRADE = "silver.reported_count", "silver.crossing", "silver.reported_trade"


def publish_small(settings: Settings) -> str:
    """Publish mirror trade of Peru and Ecuador, counts and a sample of crossings; return the vintage's name."""
    lake.create(settings)
    people, mirror = cases("people_crossings")[0].given, cases("mirror_gap_fob_usd")[0].given
    vehicles = cases("vehicle_reported_count")[0].given
    counts = [*people[COUNTS], *vehicles[COUNTS]]
    put(settings, "reported_trade", mirror[TRADE], [date(2011, 1, 1)], KNOWN)
    put(settings, "reported_count", counts, sorted({row["period_first_day"] for row in counts}), KNOWN)
    put(settings, "crossing", people[CROSSINGS], sorted({row["crossing_day"] for row in people[CROSSINGS]}), KNOWN)
    for each in indicators():
        if draft := build.draft(settings, each):
            build.replace(settings, draft)
    return publish.publish(settings).name


def changed(mart: Path, path: Path, *statements: str | tuple[str, Sequence[object]]) -> Path:
    """Return a copy of ``mart`` in ``path`` on which ``statements`` were run."""
    shutil.copyfile(mart, path)
    with duckdb.connect(str(path)) as con:
        for statement in statements:
            query, parameters = (statement, ()) if isinstance(statement, str) else statement
            con.execute(query, list(parameters))
    return path
