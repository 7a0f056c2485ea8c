"""A vintage: what was published, under a name that says how much was known.

Standard library only, so that whoever lists or checks vintages loads no engine.
"""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

Offsets = dict[str, dict[str, dict[str, int]]]
"""The next offset by family, chain and partition."""

INSTANTS = ("as_of", "snapshot_at")


@dataclass(frozen=True, slots=True, kw_only=True)
class Vintage:
    """One publication; the same offsets and the same ``code_version`` give the same figures for ever.

    ``as_of`` is the latest moment at which any of its events became known, ``snapshot`` that of the lake it
    was made from. ``made_by`` says per indicator which method and which reference data made it. ``held`` are
    the tables that a check stopped, with the reason, ``standing`` the indicators that wait for them, each with
    the vintage whose figures it still shows (empty: the last that passed, which no vintage had). ``figures``
    and ``content`` are sha256 over the figures and over all that the mart says, ``changes`` counts the figures
    that differ from those of the ``previous`` vintage, by indicator and reason.
    """

    name: str
    as_of: datetime
    snapshot: int
    snapshot_at: datetime
    offsets: Offsets
    code_version: str
    made_by: dict[str, list[str]]
    verdicts: dict[str, int]
    held: list[str]
    standing: dict[str, str]
    previous: str
    figures: str = ""
    content: str = ""
    changes: dict[str, dict[str, int]] = field(default_factory=dict)

    @property
    def folder(self) -> str:
        """The name in letters that every file system takes."""
        return basic(self.name)

    @property
    def changed(self) -> int:
        """How many reasons of figures were counted: a figure with two reasons counts twice."""
        return sum(sum(reasons.values()) for reasons in self.changes.values())

    @property
    def reasons(self) -> dict[str, int]:
        """The changes by reason, over all indicators."""
        found: Counter[str] = Counter()
        for reasons in self.changes.values():
            found.update(reasons)
        return dict(found)

    def offset(self, family: str, chain: str, partition: int) -> int:
        """Return the offset up to which the partition was taken in; 0 where nothing of it was."""
        return self.offsets.get(family, {}).get(chain, {}).get(str(partition), 0)

    def facts(self) -> dict[str, Any]:
        """Return everything as values that JSON has."""
        return {**asdict(self), **{name: spelled(getattr(self, name)) for name in INSTANTS}}

    @staticmethod
    def of(facts: Mapping[str, Any]) -> Vintage:
        """Return the vintage that ``facts`` tell of; raises ``TypeError``, ``KeyError`` or ``ValueError`` else."""
        instants = {name: datetime.fromisoformat(facts[name]) for name in INSTANTS}
        return Vintage(**{**facts, **instants})


def named(as_of: datetime, taken: Iterable[str]) -> str:
    """Return the next free name for what was known ``as_of``, cut to the second."""
    moment = f"{as_of.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"
    used = sum(name.rpartition("-")[0] == moment for name in taken)
    return f"{moment}-{used + 1:02}"


def basic(text: str) -> str:
    """Return a name or an instant in the basic form of ISO 8601: no hyphens in the day, no colons."""
    moment, zone, number = text.partition("Z")
    return moment.replace("-", "").replace(":", "") + zone + number


def spelled(moment: datetime) -> str:
    """Return an instant to the microsecond, in UTC."""
    return f"{moment.astimezone(UTC):%Y-%m-%dT%H:%M:%S.%f}+00:00"


def line(facts: object) -> str:
    """Return the one spelling of ``facts`` as JSON."""
    return json.dumps(facts, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
