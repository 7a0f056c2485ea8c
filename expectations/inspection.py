"""A look at the lake as it is: judged and told, nothing written, nothing held or freed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from expectations import record, trial
from expectations.declarations import LAYERS, declaration, tables
from expectations.engine import opened
from puyango.errors import UsageRefused
from transforms import lake

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from expectations.record import Judged
    from expectations.verdict import Verdict
    from puyango.settings import Settings


def asked(layer: str, table: str) -> list[Judged]:
    """Return layer and name of the declared tables that are asked for; blank asks for all.

    Raises ``UsageRefused`` naming what there is where nothing fits.
    """
    if layer and table:
        declaration(layer, table)
    layers = [layer] if layer else LAYERS
    found = [(each, name) for each in layers for name in tables(each) if table in ("", name)]
    if not found:
        named = ", ".join(name for each in layers for name in tables(each))
        raise UsageRefused(f"there is no table {table}", f"The tables are {named}.")
    return found


def judged(settings: Settings, wanted: Sequence[Judged]) -> Iterator[list[Verdict]]:
    """Yield the verdicts on each table of ``wanted``; none for one that is not in the lake yet."""
    with lake.reading(settings) as con, opened(con, settings.rule_s) as engine:
        trial.lay(engine)
        for layer, table in wanted:
            yield trial.stored_rows(engine, layer, table) if lake.columns(con, layer, table) else []


def last(settings: Settings, wanted: Sequence[Judged]) -> list[Verdict]:
    """Return the verdicts of the last judgement of each table of ``wanted``."""
    with lake.reading(settings) as con:
        return [verdict for verdict in record.latest(con) if (verdict.layer, verdict.table) in set(wanted)]
