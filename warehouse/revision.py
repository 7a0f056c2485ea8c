"""What differs between a vintage and the one before it, and why: the table ``revision`` of the mart.

A figure is taken from what it was to what it is in steps, each a recomputation by the present program: the
events of the vintage before (what differs there is the method or the reference data), then with the things
that nobody knew then (late), then with those known otherwise (rectified), then without those that are no
more (cancelled). So the parts of a figure add up to its difference.
"""

from __future__ import annotations

from collections import defaultdict
from decimal import Decimal, InvalidOperation
from itertools import pairwise
from typing import TYPE_CHECKING

import polars as pl

from warehouse import difference, waterfall
from warehouse.indicator import indicators
from warehouse.waterfall import Course

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from duckdb import DuckDBPyConnection

    from puyango.settings import Settings
    from warehouse.difference import Cell
    from warehouse.indicator import Indicator
    from warehouse.vintage import Vintage
    from warehouse.waterfall import Waterfall

SCHEMA = {
    **dict.fromkeys(("indicator", "measure"), pl.String()),
    "period_first_day": pl.Date(),
    **dict.fromkeys(("grain", "old", "new", "reason"), pl.String()),
    "part": pl.Decimal(38, 6),
}
PART = Decimal("0.000001")


def fill(
    con: DuckDBPyConnection, settings: Settings, now: Vintage, known: Sequence[Vintage]
) -> dict[str, dict[str, int]]:
    """Fill ``mart.revision`` of the mart that is being written for ``now``; return the rows by indicator and reason.

    ``before`` on ``con`` is the mart of the last of the ``known`` vintages.
    """
    found = {each.id: difference.cells(con, each) for each in indicators()}
    falls = _falls(con, settings, now, known, found)
    counted: dict[str, dict[str, int]] = {}
    for name, cells in found.items():
        rows = [(name, *row) for cell in cells for row in _rows(cell, falls.get(name))]
        frame = pl.DataFrame(rows, schema=SCHEMA, orient="row")
        con.register("revised", frame)
        con.execute("insert into mart.revision by name from revised")
        con.unregister("revised")
        if rows:
            counted[name] = dict(frame.get_column("reason").value_counts().sort("reason").iter_rows())
    return counted


def _falls(
    con: DuckDBPyConnection,
    settings: Settings,
    now: Vintage,
    known: Sequence[Vintage],
    found: Mapping[str, Sequence[Cell]],
) -> dict[str, Waterfall]:
    """Return the steps of every indicator that has figures to explain.

    One that stood still while a check held it is explained from the vintage whose figures it had shown.
    """
    named, last = {vintage.name: vintage for vintage in known}, known[-1]
    groups: dict[str, list[Indicator]] = defaultdict(list)
    for each in indicators():
        if any(not cell.fresh for cell in found[each.id]):
            groups[last.standing.get(each.id) or last.name].append(each)
    falls: dict[str, Waterfall] = {}
    for name, members in groups.items():
        wanted = {each.id: {cell.name for cell in found[each.id] if not cell.fresh} for each in members}
        falls |= waterfall.falls(con, settings, Course(named[name], last, now), wanted)
    return falls


def _rows(cell: Cell, fall: Waterfall | None) -> Iterator[tuple[object, ...]]:
    """Yield a row for each reason of ``cell``, in the order of the columns after the indicator."""
    shown = (cell.measure, cell.first, cell.grain, cell.old, cell.new)
    if cell.fresh or fall is None:
        yield (*shown, "new", None)
        return
    texts = fall.texts(cell)
    steps = [(reason, pair) for reason, pair in zip(fall.reasons, pairwise(texts), strict=True) if pair[0] != pair[1]]
    old, new = _number(cell.old), _number(cell.new)
    if old is None or new is None:
        yield from ((*shown, reason, None) for reason, _ in steps)
        return
    numbers = [(reason, _number(before), _number(after)) for reason, (before, after) in steps]
    if any(before is None or after is None for _, before, after in numbers):
        yield (*shown, numbers[-1][0], new - old)
        return
    for reason, before, after in numbers:
        if before is not None and after is not None:
            yield (*shown, reason, after - before)


def _number(text: str | None) -> Decimal | None:
    try:
        return None if text is None else Decimal(text).quantize(PART)
    except InvalidOperation:
        return None
