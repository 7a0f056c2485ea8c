"""A file that somebody offers for a family: judged whole first, then sent like any other."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from streams.judging.trial import Trial
from streams.offers import sheet
from streams.offers.fault import faults, told, undeclared
from streams.offers.json_lines import JsonLines
from streams.sources.account import Progress
from streams.sources.comma_separated import CommaSeparated
from streams.sources.parquet import Parquet
from streams.sources.table import Limits, require, unfit

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator
    from datetime import datetime
    from pathlib import Path

    from puyango.settings import Settings
    from streams.contract import Contract
    from streams.offers.offered import Form, Offered

TABLES = (".csv", ".csv.gz", ".parquet")
LINES = (".ndjson", ".ndjson.gz", ".jsonl", ".jsonl.gz")


def form(contract: Contract, path: Path, limits: Limits | None = None) -> Form:
    """Return the file opened as what its name says it is; raises ``InputUnfit`` where it is not that."""
    require(path, (*TABLES, *LINES))
    limits, name = limits or Limits(), path.name.lower()
    if name.endswith(LINES):
        return JsonLines(path, limits)
    if name.endswith(".parquet"):
        return sheet.Sheet(contract, Parquet(path, limits, partial(sheet.typed, contract)))
    return sheet.Sheet(contract, CommaSeparated(path, limits))


class Offer:
    """One offered file; raises ``InputUnfit`` for columns that are not the contract's."""

    coverage = ""

    def __init__(
        self, contract: Contract, path: Path, settings: Settings, now: datetime, report: Callable[[Progress], None]
    ) -> None:
        """Open the file; ``now`` is when its rows would be appended."""
        self.name = f"--family {contract.name}"
        self.path = path
        self._contract, self._settings, self._report = contract, settings, report
        self._form = form(contract, path)
        self._trial = Trial(contract, settings, now)

    def check(self) -> int:
        """Return how many rows there are, all of them judged; raises ``InputUnfit`` at the first that is refused."""
        about, rows = self._form.survey(), 0
        for part in self._form.slices():
            self._judge(part)
            rows = part.last
            self._report(Progress(f"{self.path.name}, judged", rows, about))
        return rows

    def events(self, skip: int = 0) -> Iterator[Offered]:
        """Yield the rows after the first ``skip``."""
        for part in self._form.slices(skip):
            yield part.canonical(self._contract, self._settings)

    def marks(self, counts: Collection[int]) -> dict[int, str]:
        """Return a mark of the first so many rows."""
        return self._form.marks(counts)

    def _judge(self, part: Offered) -> None:
        for index, row in self._trial.findings(part.keys, part.bodies):
            fault = next(faults(row, columns=part.columns), None) or undeclared(self._contract, row)
            if fault:
                fact = told(self._contract, part, index, fault, self._settings)
                every = f"All that is wrong: puyango contracts check {self._contract.name} {self.path}"
                raise unfit(self.path, fact, f"{fault.remedy} Nothing of the file was sent. {every}")
