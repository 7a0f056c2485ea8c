"""One verdict in the words of its rule."""

from __future__ import annotations

from dataclasses import dataclass
from textwrap import dedent
from typing import TYPE_CHECKING

from expectations import conservation

if TYPE_CHECKING:
    from expectations.rule import Rule
    from expectations.verdict import Verdict


@dataclass(frozen=True, slots=True)
class Told:
    """A verdict and its rule; of a rule that is not declared any more only the English is known."""

    verdict: Verdict
    rule: Rule | None

    def name(self, language: str) -> str:
        """Return the claim in ``language``."""
        return self.rule.name_es if self.rule and language == "es" else self.verdict.rule

    def notes(self, language: str) -> str:
        """Return what it means where the claim does not hold."""
        return self.rule.notes_es if self.rule and language == "es" else self.verdict.notes

    @property
    def kind(self) -> str:
        """Return in one word how it ended: passed, warned, held or crashed."""
        if self.verdict.outcome == "failed":
            return "held" if self.verdict.stops else "warned"
        return self.verdict.outcome

    @property
    def share(self) -> float | None:
        """Return the share of rows that break the claim; None where cases are counted, or no rows were examined."""
        unexpected, examined = self.verdict.unexpected, self.verdict.examined
        of_rows = self.rule is not None and self.rule.counts == "rows"
        return unexpected / examined if of_rows and examined and unexpected is not None else None

    @property
    def query(self) -> str:
        """Return SQL over the lake that lists what breaks the claim; empty where nothing does, or none is written."""
        if self.rule is None or not self.rule.rows or self.kind == "passed":
            return ""
        table = self.verdict.table
        of_segments = self.verdict.layer == "bronze" and self.rule in conservation.rules(table)
        batch = f"({conservation.segments(table)})" if of_segments else f'lake.{self.verdict.layer}."{table}"'
        return dedent(self.rule.rows.format(batch=batch)).strip()
