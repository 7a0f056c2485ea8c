"""Months: the unit of storage, and of work that never holds all history at once."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from transforms import files
from transforms.draft import month_file

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from datetime import date
    from pathlib import Path

ROWS = 250_000


def counted(rows: pl.LazyFrame, day: str) -> list[tuple[date, int]]:
    """Return how many rows each month of ``day`` has."""
    return rows.group_by(_month(day)).agg(pl.len()).collect().rows()


def spans(rows_by_month: Iterable[tuple[date, int]], most: int = ROWS) -> Iterator[list[date]]:
    """Yield runs of months in order, each of at most ``most`` rows or one month."""
    run: list[date] = []
    held = 0
    for month, rows in sorted(rows_by_month):
        if run and held + rows > most:
            yield run
            run, held = [], 0
        run.append(month)
        held += rows
    if run:
        yield run


def within(day: str, span: Sequence[date]) -> pl.Expr:
    """Say whether ``day`` is in a run of months."""
    return _month(day).is_between(span[0], span[-1])


def write(rows: pl.DataFrame, day: str, folder: Path) -> list[Path]:
    """Write ``rows`` into ``folder``, one file for each month of ``day``, keeping their order; return the files."""
    parts = rows.with_columns(_month(day).alias("_month")).partition_by(
        "_month", maintain_order=True, include_key=False, as_dict=True
    )
    return [files.write(part, month_file(folder, month)) for (month,), part in parts.items()]


def _month(day: str) -> pl.Expr:
    return pl.col(day).dt.truncate("1mo")
