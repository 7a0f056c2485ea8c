"""Publication: the one step after which a figure is public, and from then on stands under its name.

In this order: the mart of the new vintage is written beside those of the others, the vintage is entered in
the ledger of the lake, its line is added to the register, and the mart takes the place of the published
one. Killed anywhere, the next publication finds in the ledger what was decided and completes it; what was
not decided is forgotten.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import structlog

from puyango import durable
from transforms import catalogue, committer, lake, ops
from warehouse import archive, candidate, entry, mart, readiness, register, revision, stale
from warehouse.edition import PUBLICATION, Edition

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from duckdb import DuckDBPyConnection

    from puyango.settings import Settings
    from warehouse.vintage import Vintage

log = structlog.get_logger()


def publish(settings: Settings) -> Vintage:
    """Publish what the lake says as a new vintage and return it; return the last one if nothing has changed.

    Raises ``NotReady`` while something collected is not in the figures, ``RegisterBroken`` if what was
    published before cannot be trusted, ``Busy`` if somebody else publishes for longer than ``lock_s``.
    """
    with committer.held(catalogue.publication(settings), settings.lock_s):
        known = complete(settings)
        with lake.reading(settings) as con:
            readiness.judge(con, known[-1] if known else None)
            asked = candidate.candidate(con, known)
            if known and _untouched(con, known[-1], asked):
                return known[-1]
        return _made(settings, known, asked)


def complete(settings: Settings) -> list[Vintage]:
    """Return all vintages once ledger, register and published mart agree; call it under the lock of publication."""
    known = register.read(settings)
    with lake.reading(settings) as con:
        entered = entry.entered(con)
    if any(one.name != other.name for one, other in zip(known, entered, strict=False)):
        fact = f"{register.path(settings)} and lake.ops.vintage tell of different vintages"
        raise register.RegisterBroken(fact, register.REMEDY)
    for later in entered[len(known) :]:
        register.append(settings, later)
    known = register.read(settings)
    if missing := known[len(entered) :]:
        with lake.committing(settings, f"enter {len(missing)} vintages of before") as con:
            entry.enter(con, missing)
    archive.tidy(settings, known)
    if known:
        archive.show(settings, known[-1])
    return known


def _untouched(con: DuckDBPyConnection, last: Vintage, asked: Vintage) -> bool:
    """Say whether the lake was not written to since ``last`` was entered, and the program is the same."""
    _, _, message = entry.current(con)
    return message == _message(last) and last.code_version == asked.code_version


def _made(settings: Settings, known: Sequence[Vintage], asked: Vintage) -> Vintage:
    """Return ``asked`` published, or the last of ``known`` if it says the same."""
    last = known[-1] if known else None
    before = archive.kept(settings, last) if last else None
    found: list[Vintage] = []
    path = archive.path(settings, asked)
    with entry.reading(settings, asked.snapshot) as con, archive.attached(con, before):
        durable.replace(path, lambda aside: found.append(_written(con, settings, aside, asked, known)), mode=0o444)
    (made,) = found
    if last and _alike(last, made):
        path.unlink()
        return last
    with lake.committing(settings, _message(made)) as con:
        ops.advance(con)
        entry.enter(con, [made])
    register.append(settings, made)
    archive.show(settings, made)
    log.info("published", vintage=made.name, snapshot=made.snapshot, held=len(made.held), **made.reasons)
    return made


def _written(
    con: DuckDBPyConnection, settings: Settings, path: Path, asked: Vintage, known: Sequence[Vintage]
) -> Vintage:
    """Write the mart of ``asked``, what changed included, and return the vintage with its hashes and counts."""
    with mart.writing(con, path):
        written = mart.write(con, _edition(con, asked))
        made = replace(asked, figures=written.figures, content=written.content)
        if not known or _alike(known[-1], made):
            return made
        return replace(made, changes=revision.fill(con, settings, made, known))


def _edition(con: DuckDBPyConnection, asked: Vintage) -> Edition:
    return Edition(
        kind=PUBLICATION,
        vintage=asked.name,
        as_of=asked.as_of,
        code_version=asked.code_version,
        snapshot=asked.snapshot,
        previous=asked.previous,
        standing=asked.standing,
        stops=stale.stops(con),
    )


def _alike(last: Vintage, made: Vintage) -> bool:
    """Say whether nothing changed: the same events, program and judgement, and so the same words and figures."""
    facts = ("offsets", "code_version", "verdicts", "held", "content")
    return all(getattr(last, fact) == getattr(made, fact) for fact in facts)


def _message(made: Vintage) -> str:
    return f"publish {made.name}"
