"""Sends the rows of a publisher's files to the topic of their family, each row once whatever happens on the way."""

from __future__ import annotations

from typing import TYPE_CHECKING

from puyango.errors import UsageRefused
from streams.offers.offer import Offer
from streams.sources.account import FileReplayed, Progress, Replayed
from streams.sources.adapter import Adapter
from streams.sources.corrections import corrections
from streams.sources.courier import Pace
from streams.sources.delivery import deliver
from streams.sources.source import Source, source
from streams.sources.table import table

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import datetime
    from pathlib import Path

    from puyango.settings import Settings
    from streams.contract import Contract

__all__ = ["FileReplayed", "Progress", "Replayed", "offer", "replay"]

COVERAGES = ("full", "sample")


def replay(
    settings: Settings,
    name: str,
    files: Sequence[Path] = (),
    rate: float | None = None,
    report: Callable[[Progress], None] = lambda _: None,
    *,
    again: bool = False,
    coverage: str = "",
) -> Replayed:
    """Leave every row of ``files`` (default: those that ship) of the source on its family's topic, once.

    All that can be known of the files beforehand is checked before anything is sent. A replay that died, was
    interrupted or met an unfit row goes on where it ended; one that ended well sends nothing unless ``again``.
    """
    found = source(name)
    _refuse(found, files, rate, coverage)
    known = corrections(settings.corrections)
    adapters = [Adapter(found, table(path), known, coverage) for path in files or found.paths]
    return deliver(settings, found.contract, adapters, Pace(rate), report, again=again)


def offer(
    settings: Settings,
    contract: Contract,
    files: Sequence[Path],
    now: datetime,
    *,
    rate: float | None = None,
    report: Callable[[Progress], None] = lambda _: None,
    again: bool = False,
) -> Replayed:
    """Leave every row of ``files``, which are in the shape of ``contract``, on its topic, once.

    Each file is judged whole, as hop 1 would judge it at ``now``, before anything is sent; raises ``InputUnfit``
    at the first row that it would refuse.
    """
    _refuse_rate(rate)
    offers = [Offer(contract, path, settings, now, report) for path in files]
    return deliver(settings, contract, offers, Pace(rate), report, again=again)


def _refuse(found: Source, files: Sequence[Path], rate: float | None, coverage: str) -> None:
    """Refuse what the command line cannot mean; raises ``UsageRefused``."""
    _refuse_rate(rate)
    if not coverage:
        return
    if not found.coverage:
        raise UsageRefused(f"source {found.name} has no coverage", "Leave --coverage away.")
    if coverage not in COVERAGES:
        raise UsageRefused(f"coverage {coverage} is unknown", f"It is one of: {', '.join(COVERAGES)}.")
    if coverage == "full" and not files:
        raise UsageRefused("the files that ship are samples", "Name the files that hold every crossing.")


def _refuse_rate(rate: float | None) -> None:
    if rate is not None and not 0 < rate < float("inf"):
        raise UsageRefused(f"rate {rate:g} is out of range", "Give a number of records a second above 0.")
