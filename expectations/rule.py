"""What a rule is: plain data, so that rules can be read, listed and tested without loading an engine."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

from puyango.errors import ConfigRefused

if TYPE_CHECKING:
    from collections.abc import Mapping

Severity = Literal["critical", "warning"]

QUERY = "UnexpectedRowsExpectation"
EVER = 36_525


@dataclass(frozen=True, slots=True)
class Rule:
    """One claim about a table, true of good data.

    ``name`` reads as the claim, ``notes`` says what it would mean if it failed; both stand beside their
    Spanish. ``rows`` is SQL over ``{batch}`` that returns one row for each thing that breaks the claim (a
    literal brace is doubled), and ``counts`` says whether these are rows of the table or cases made of
    several; without it, ``expects`` names an expectation of Great Expectations and ``given`` its arguments.
    ``reach`` is how many days around those of a draft the claim must see to be judged; ``EVER`` is all.
    ``alike`` leaves out what lies around and shares these columns with no row of the draft.
    A critical failure stops the table and its readers, a warning is told.
    """

    name: str
    name_es: str
    notes: str
    notes_es: str
    severity: Severity = "warning"
    rows: str = ""
    expects: str = QUERY
    given: Mapping[str, object] = field(default_factory=dict)
    counts: Literal["rows", "cases"] = "rows"
    reach: int = 0
    alike: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        """Refuse a rule that nobody could answer, or that would look at other rows than those on trial."""
        if not self.notes.strip():
            raise ConfigRefused(f"rule {self.name!r} has no notes", "Say what it would mean if it failed.")
        if not self.name_es.strip() or not self.notes_es.strip():
            raise ConfigRefused(f"rule {self.name!r} has no Spanish", "Half of its readers read Spanish: translate it.")
        if self.expects == QUERY and "{batch}" not in self.rows:
            raise ConfigRefused(f"rule {self.name!r} does not read {{batch}}", "Select its rows from {batch}.")
