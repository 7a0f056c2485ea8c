"""The latest append time of each place, by which a record is known whose broker's clock went back."""

from __future__ import annotations

from typing import TYPE_CHECKING

from streams.segments.partition import later

if TYPE_CHECKING:
    from datetime import datetime

    import polars as pl

    from streams.ingestion.family import Family
    from streams.landing import Landing
    from streams.reading.log import Batch, Place


class Clocks:
    """Knows it from the landing, and then from what was judged since; however batches are cut, it is the same."""

    def __init__(self, landing: Landing) -> None:
        """Know nothing yet."""
        self._landing = landing
        self._latest: dict[Place, datetime] = {}

    def judged(self, family: Family, part: Batch) -> pl.DataFrame:
        """Return the judged rows of what follows, those marked whose append time is behind one before them."""
        if part.place not in self._latest:
            landed = self._landing.partition(family.contract.name, family.chain.folder, part.partition)
            self._latest[part.place] = landed.latest(landed.last())
        rows = family.judged(part, self._latest[part.place])
        self._latest[part.place] = later(self._latest[part.place], rows)
        return rows

    def forget(self, place: Place) -> None:
        """Ask the landing again: what was judged since is void."""
        self._latest.pop(place, None)
