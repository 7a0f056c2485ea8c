"""Which mart a file is: the one that was published, one as things were known at a moment, one made again."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from warehouse.stale import Stop

PUBLICATION = "publication"
AS_OF = "as_of"
REMADE = "remade"


@dataclass(frozen=True, slots=True, kw_only=True)
class Edition:
    """What a mart says of itself; its figures are in the schema ``gold`` of ``database``.

    ``standing`` indicators wait for a judgement and show the figures of that vintage, taken from the mart of
    the ``previous`` one; empty: the last that passed, from ``database`` like all others.
    """

    kind: str
    vintage: str
    as_of: datetime
    code_version: str
    snapshot: int
    previous: str = ""
    database: str = "lake"
    standing: Mapping[str, str] = field(default_factory=dict)
    stops: Sequence[Stop] = ()

    @property
    def held(self) -> list[str]:
        """The tables that a check stops, with the reason."""
        return [f"{layer}.{table}: {why}" for layer, table, why in self.stops]

    def gold(self, indicator: str) -> str:
        """Return the full name of the table with the indicator's exact figures."""
        return f'{self.database}.gold."{indicator}"'
