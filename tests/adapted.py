"""Shipped files as adapters read them."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

import polars as pl
import pytest

from puyango.errors import InputUnfit
from streams.sources.adapter import Adapter
from streams.sources.corrections import corrections
from streams.sources.source import DATA, source
from streams.sources.table import Limits, table

if TYPE_CHECKING:
    from pathlib import Path

SAMPLES = {year: DATA / "ec_inec_esi" / f"muestra_{year}.csv" for year in (2023, 2024, 2025)}
COUNTS = DATA / "us_bts_border_crossing" / "border_crossing_entry_data.parquet"


def adapter(name: str, path: Path, limits: Limits | None = None) -> Adapter:
    return Adapter(source(name), table(path, limits), corrections())


def esi_lines(year: int = 2024) -> list[bytes]:
    return SAMPLES[year].read_bytes().splitlines(keepends=True)


def refusal(name: str, path: Path, limits: Limits | None = None) -> tuple[int, InputUnfit]:
    """Return how many rows came before the error that ends the reading of the file, and that error."""
    rows = 0
    with pytest.raises(InputUnfit) as refused:  # noqa: PT012 (wherever it ends, the rows before count)
        found = adapter(name, path, limits)
        found.check()
        for part in found.events():
            rows += part.frame.height
    return rows, refused.value


@cache
def frame(name: str) -> pl.DataFrame:
    """Return every event of the source's files."""
    return pl.concat(
        [part.frame for path in source(name).paths for part in adapter(name, path).events()], how="diagonal"
    )
