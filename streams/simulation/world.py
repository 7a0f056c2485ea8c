"""The simulated world: how long, how much of it, and chances that follow from seed, name and day alone."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterator

SOURCE = "simulated"
"""What every simulated event says of its source."""


@dataclass(frozen=True, slots=True)
class World:
    """``days`` days from ``first``, with ``scale`` times the traffic of the real border."""

    seed: int
    first: date
    days: int
    scale: float = 1.0

    @property
    def last(self) -> date:
        """The last simulated day."""
        return self.first + timedelta(days=self.days - 1)

    def calendar(self) -> Iterator[date]:
        """Yield the days in order."""
        return (self.first + timedelta(days=number) for number in range(self.days))

    def chance(self, name: str, day: date) -> np.random.Generator:
        """Return the chances of one phenomenon on one day, whatever else is simulated."""
        digest = hashlib.sha256(f"{self.seed}:{name}:{day}".encode()).digest()
        return np.random.Generator(np.random.PCG64(int.from_bytes(digest[:16], "big")))
