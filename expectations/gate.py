"""Judgement between the layers: what may replace what readers see, and what must wait.

A critical failure, or a rule that could not be judged, holds that table and by it its readers, nothing
else; once the table passes it is free again.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import structlog

from expectations import declarations, record, trial
from expectations.engine import opened
from expectations.verdict import why
from transforms import lake, ops
from transforms.table import Table

if TYPE_CHECKING:
    from collections.abc import Sequence

    from expectations.verdict import Verdict
    from puyango.settings import Settings
    from transforms.draft import Draft

log = structlog.get_logger(__name__)


def bronze(settings: Settings, family: str) -> None:
    """Judge what ``family`` collected since it was last judged; conservation is judged over all of it, every time.

    A family that is held is judged whole again. Nothing new, nothing done.
    """
    with lake.reading(settings) as con:
        batch, since = ops.batch(con), record.last_judged(con, "bronze", family)
        held = ("bronze", family) in record.held(con)
        if not held and not record.touched(con, family, since):
            return
        with opened(con, settings.rule_s) as engine:
            trial.lay(engine)
            verdicts = trial.bronze_rows(engine, family, -1 if held else since)
    record.keep(settings, batch, {("bronze", family): verdicts})
    _tell("bronze", family, verdicts)


def passed(settings: Settings, drafts: Sequence[Draft]) -> list[Draft]:
    """Return the drafts that may replace what the lake holds, in their order; every verdict is in the ledger.

    A silver draft was made of rows that are judged first, if they were collected since their family was last
    judged; it waits unjudged while that family is held.
    """
    if not drafts:
        return []
    for family in sorted({family for draft in drafts if (family := _family(draft))}):
        bronze(settings, family)
    with lake.reading(settings) as con:
        batch, held = ops.batch(con), record.held(con)
        free = [draft for draft in drafts if not _waits(draft, held)]
        with opened(con, settings.rule_s) as engine:
            trial.lay(engine)
            judged = [(draft, trial.draft_rows(engine, draft)) for draft in free]
    record.keep(settings, batch, {(draft.layer, draft.table): verdicts for draft, verdicts in judged})
    for draft, verdicts in judged:
        _tell(draft.layer, draft.table, verdicts)
    return [draft for draft, verdicts in judged if not why(verdicts)]


def _family(draft: Draft) -> str:
    """Return the family whose rows a silver draft was made of, nothing for other layers."""
    declaration = declarations.declaration(draft.layer, draft.table)
    return declaration.reads.name if isinstance(declaration, Table) else ""


def _waits(draft: Draft, held: frozenset[tuple[str, str]]) -> bool:
    family = _family(draft)
    if ("bronze", family) not in held:
        return False
    log.warning("table waits for its family", table=draft.table, family=family)
    return True


def _tell(layer: str, table: str, verdicts: Sequence[Verdict]) -> None:
    if reason := why(verdicts):
        log.error("table held", layer=layer, table=table, why=reason)
    warned = [verdict.rule for verdict in verdicts if verdict.outcome == "failed" and not verdict.stops]
    log.info("table judged", layer=layer, table=table, rules=len(verdicts), warnings=len(warned), held=bool(reason))
