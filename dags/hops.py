"""The hops from landing to the mart, each judged before the next may use it: what commands and DAGs both call.

Engines load inside the functions, so that a scheduler which parses a DAG file imports none.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from puyango.errors import JudgementFailed, OperatorNeeded

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable
    from datetime import date
    from pathlib import Path
    from typing import Any

    from puyango.settings import Settings
    from transforms.collect import Collected
    from transforms.draft import Draft
    from transforms.maintain import Maintained
    from warehouse.vintage import Vintage

    Replace = Callable[[Settings, Any], None]
    Step = Callable[[], None]


def unheard() -> None:
    """Hear of a step that is done, and tell nobody."""


@dataclass(frozen=True, slots=True)
class Replaced:
    """What a hop put in place: the table, the first days of what was replaced, and whether it waits for a judgement."""

    table: str
    days: tuple[date, ...]
    held: bool = False

    @property
    def wholes(self) -> int:
        """How many days or periods."""
        return len(self.days)


def collect(settings: Settings, families: Iterable[str], step: Step = unheard) -> list[Collected]:
    """Bring what has landed into bronze and judge it; return what each family brought.

    A family whose chain is broken does not keep the others back; at the end its error is raised.
    """
    from expectations import gate  # noqa: PLC0415 - engines load only where they work
    from transforms import collect as engine  # noqa: PLC0415

    done: list[Collected] = []
    broken: list[OperatorNeeded] = []
    for family in families:
        try:
            done.append(engine.pending(settings, family))
            gate.bronze(settings, family)
        except OperatorNeeded as error:
            broken.append(error)
        step()
    if broken:
        raise broken[0]
    return done


def settle(
    settings: Settings, tables: Iterable[str], step: Step = unheard, days: Collection[date] | None = None
) -> list[Replaced]:
    """Fold the stale days of ``tables``, those among ``days`` if given, and put those drafts in place that pass."""
    from transforms import settle as engine  # noqa: PLC0415
    from transforms.table import module  # noqa: PLC0415

    return [
        _judged(settings, name, engine.draft(settings, module(name).TABLE, days), engine.replace, step)
        for name in tables
    ]


def build(settings: Settings, ids: Iterable[str], step: Step = unheard) -> list[Replaced]:
    """Compute the stale periods of the indicators and put those drafts in place that pass."""
    from warehouse import build as engine  # noqa: PLC0415
    from warehouse.indicator import indicator  # noqa: PLC0415

    return [_judged(settings, id_, engine.draft(settings, indicator(id_)), engine.replace, step) for id_ in ids]


def publish(settings: Settings) -> Vintage:
    """Publish what the lake says as a vintage, and leave the file with which the shell attaches the lake."""
    from transforms import door  # noqa: PLC0415
    from warehouse import publish as engine  # noqa: PLC0415

    published = engine.publish(settings)
    door.write(settings)
    return published


def extract(settings: Settings, name: str = "") -> Path:
    """Leave the extract of the vintage ``name``, or of the last one, and return its manifest."""
    from warehouse import extract as engine  # noqa: PLC0415

    return engine.of(settings, name)


def page(settings: Settings) -> Path:
    """Leave the page on which people read what the checks said, and return it."""
    from expectations import page as engine  # noqa: PLC0415

    return engine.write(settings, settings.checks)


def maintain(settings: Settings) -> Maintained:
    """Keep the files of the lake few and large, and remove what nobody may still ask for."""
    from transforms import maintain as engine  # noqa: PLC0415

    return engine.maintain(settings, datetime.now(UTC))


def held(settings: Settings) -> list[tuple[str, str, str]]:
    """Return layer, table and reason of every table that waits for a person."""
    from transforms import lake  # noqa: PLC0415

    with lake.reading(settings) as con:
        asked = "select layer, table_name, why from ops.held order by all"
        return [(str(layer), str(table), str(why)) for layer, table, why in con.execute(asked).fetchall()]


def answer(settings: Settings) -> None:
    """Raise ``JudgementFailed`` naming every table that is held; its readers wait, everything else went on."""
    waiting = [f"{layer}.{table}: {why}" for layer, table, why in held(settings)]
    if waiting:
        raise JudgementFailed("held: " + "; ".join(waiting), "See puyango check --last; other tables are up to date.")


def _judged(settings: Settings, table: str, draft: Draft | None, replace: Replace, step: Step = unheard) -> Replaced:
    """Replace what ``draft`` is a draft of, if it passes."""
    from expectations import gate  # noqa: PLC0415

    passed = gate.passed(settings, [draft]) if draft else []
    for each in passed:
        replace(settings, each)
    step()
    return Replaced(table, draft.days if draft else (), held=bool(draft) and not passed)
