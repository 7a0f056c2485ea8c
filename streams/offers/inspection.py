"""Judgement of an offered file from its first row to its last, without a broker and without a key."""

from __future__ import annotations

import csv
from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

from puyango import durable
from streams.judging.trial import Trial
from streams.offers.fault import Fault, faults, standing
from streams.offers.offer import form

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime
    from pathlib import Path

    from puyango.settings import Settings
    from streams.contract import Contract

COLUMNS = ("unit", "place", "reason", "field", "remedy")


class Finding(NamedTuple):
    """One reason of one row; ``stands`` is what stands there, as it may be shown."""

    unit: str
    place: int
    fault: Fault
    stands: str


@dataclass
class Inspection:
    """What was found: rows, refused rows, how often each fault and mark was met, and where each fault was first."""

    path: Path
    rows: int = 0
    refused: int = 0
    faults: Counter[Fault] = field(default_factory=Counter)
    first: dict[Fault, Finding] = field(default_factory=dict)
    marks: Counter[str] = field(default_factory=Counter)


def inspect(
    contract: Contract, path: Path, settings: Settings, now: datetime, tell: Callable[[Finding], None] = lambda _: None
) -> Inspection:
    """Return what hop 1 would find in the rows of the file; ``tell`` hears every reason of every refused row.

    Raises ``InputUnfit`` for a file that is no table of the contract's columns.
    """
    opened, trial, found = form(contract, path), Trial(contract, settings, now), Inspection(path)
    opened.survey()
    for part in opened.slices():
        found.rows += part.height
        for index, row in trial.findings(part.keys, part.bodies):
            found.refused += row.refused
            found.marks.update(
                {mark.partition("@")[0] for mark in (row.marks or "").split(";") if mark and not row.refused}
            )
            for fault in faults(row, columns=part.columns):
                stands = standing(contract, part, index, fault, settings)
                finding = Finding(part.unit, part.places[index], fault, stands)
                found.faults[fault] += 1
                found.first.setdefault(fault, finding)
                tell(finding)
    return found


def report(contract: Contract, path: Path, settings: Settings, now: datetime, file: Path) -> Inspection:
    """Return what was found, every refusal of it listed in ``file``; no value of the rows is in there."""
    found: list[Inspection] = []

    def write(temporary: Path) -> None:
        with temporary.open("w", encoding="utf-8", newline="") as text:
            rows = csv.writer(text)
            rows.writerow(COLUMNS)
            found.append(
                inspect(contract, path, settings, now, lambda one: rows.writerow((one.unit, one.place, *one.fault)))
            )

    durable.replace(file, write)
    return found[0]
