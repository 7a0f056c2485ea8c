"""What a judgement leaves behind: counts and claims, never a value of the rows that were judged."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Iterable

    from expectations.rule import Severity

Outcome = Literal["passed", "failed", "crashed"]


@dataclass(frozen=True, slots=True)
class Verdict:
    """The outcome of one rule: ``unexpected`` of ``examined`` rows break it; both are None where it crashed."""

    layer: str
    table: str
    rule: str
    severity: Severity
    outcome: Outcome
    unexpected: int | None
    examined: int | None
    notes: str

    @property
    def stops(self) -> bool:
        """Whether the table and its readers must wait: a claim that could not be judged is not a claim that holds."""
        return self.outcome == "crashed" or (self.outcome == "failed" and self.severity == "critical")


def why(verdicts: Iterable[Verdict]) -> str:
    """Return the rules that stop their table, in words; empty where none does."""
    return "; ".join(f"{verdict.rule} ({verdict.outcome})" for verdict in verdicts if verdict.stops)
