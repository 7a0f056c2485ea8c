"""What the tasks do: each step may run again, or twice at once, and leaves what running once leaves."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dags import hops, slip
from puyango.errors import Busy, JudgementFailed

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence
    from datetime import date

    from puyango.settings import Settings
    from transforms.draft import Draft

LAYER = "silver"


def collect(settings: Settings, family: str) -> list[str]:
    """Bring what has landed of ``family`` into bronze and return its tables.

    Raises ``JudgementFailed`` while bronze is held: nothing is folded of rows that did not pass.
    """
    from transforms.table import declared  # noqa: PLC0415 - engines load only where they work

    hops.collect(settings, [family])
    for layer, table, why in hops.held(settings):
        if (layer, table) == ("bronze", family):
            raise JudgementFailed(f"bronze.{family} is held: {why}", "See puyango check --last.")
    return [name for name, module in declared().items() if module.TABLE.reads.name == family]


def draft(settings: Settings, table: str, days: Collection[date] | None) -> str | None:
    """Fold the stale ones among ``days`` into a draft and return its name, None where none is stale."""
    from transforms import settle  # noqa: PLC0415 - as above
    from transforms.table import module  # noqa: PLC0415 - as above

    made = settle.draft(settings, module(table).TABLE, _set(days))
    return slip.keep(settings, made) if made else None


def judge(settings: Settings, table: str, name: str) -> str:
    """Leave the verdicts on the draft of that name in the ledger; raises ``JudgementFailed`` if it must not go on."""
    found = slip.kept(settings, LAYER, table, name)
    if found:
        _pass(settings, found)
    return name


def replace(settings: Settings, table: str, name: str, days: Collection[date] | None) -> Sequence[date]:
    """Put the draft in the place of its days and return them.

    A draft that was overtaken by later events, or is gone, is made, judged and put in place anew.
    """
    from transforms import settle  # noqa: PLC0415 - as above
    from transforms.table import module  # noqa: PLC0415 - as above

    found = slip.kept(settings, LAYER, table, name)
    try:
        if found:
            settle.replace(settings, found)
            return found.days
    except Busy:
        found = None
    finally:
        slip.forget(settings, LAYER, table, name)
    made = settle.draft(settings, module(table).TABLE, _set(days))
    if made:
        _pass(settings, made)
        settle.replace(settings, made)
    return made.days if made else sorted(days or ())


def build(settings: Settings, group: str) -> list[date]:
    """Build the stale periods of the indicators of ``group`` and return their first days.

    Raises ``JudgementFailed`` naming those that are held; the others are in place.
    """
    from warehouse.indicator import indicators  # noqa: PLC0415 - as above

    done = hops.build(settings, [each.id for each in indicators() if each.header.group == group])
    if held := [each.table for each in done if each.held]:
        raise JudgementFailed(f"held: {', '.join(held)}", "See puyango check --last; the others are up to date.")
    return sorted({day for each in done for day in each.days})


def overdue(settings: Settings) -> list[str]:
    """Return the DAGs that have something to do, whatever events were lost."""
    from dags.overdue import dags  # noqa: PLC0415 - as above

    return dags(settings)


def _pass(settings: Settings, draft: Draft) -> None:
    """Leave the verdicts on ``draft`` in the ledger; raises ``JudgementFailed`` where it must wait."""
    from expectations import gate  # noqa: PLC0415 - as above

    if not gate.passed(settings, [draft]):
        reasons = [f"{layer}.{table}: {why}" for layer, table, why in hops.held(settings)]
        raise JudgementFailed(f"{draft.table} is held: {'; '.join(reasons)}", "See puyango check --last.")


def _set(days: Collection[date] | None) -> frozenset[date] | None:
    return None if days is None else frozenset(days)
