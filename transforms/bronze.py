"""Bronze: the good rows of a family, typed, each once, with the coordinates under which it landed."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

import polars as pl

import streams.families
from puyango.errors import UsageRefused
from puyango.members import members
from streams import schema
from transforms import months

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date
    from pathlib import Path

    from polars._typing import PolarsDataType

    from streams.contract import Contract
    from streams.segments.segment import Segment

LAYER = "bronze"
DAY = "anchor_day"
REPLAYED: dict[str, PolarsDataType] = {"replayed_at": schema.INSTANT, "replay": pl.Int64()}


def contract(family: str) -> Contract:
    """Return the contract of ``family``; raises ``UsageRefused`` naming those that exist."""
    declared: dict[str, Contract] = {module.CONTRACT.name: module.CONTRACT for module in members(streams.families)}
    if family not in declared:
        raise UsageRefused(f"there is no event family {family}", f"Families: {', '.join(declared)}.")
    return declared[family]


def columns(contract: Contract) -> dict[str, PolarsDataType]:
    """Return the columns of the family's table: its fields, where and when each row landed, its marks."""
    landed = schema.segment(contract)
    coordinates = {name: landed[name] for name in (*schema.COORDINATES, "marks", "value_hash")}
    return {**schema.columns(contract.fields), "chain": pl.String(), **coordinates}


def stored(contract: Contract) -> dict[str, PolarsDataType]:
    """Return the columns that the lake keeps: those, and of a row that was refused at first when it landed, and where.

    ``replay`` is its number among the replayed rows of its partition, as ledger and vintages count them.
    """
    return {**columns(contract), **REPLAYED}


def rows(contract: Contract, segments: Iterable[Segment]) -> pl.LazyFrame:
    """Return the good rows of ``segments``; a field that was declared after they landed is absent from them."""
    paths: dict[str, list[Path]] = defaultdict(list)
    for segment in segments:
        paths[segment.log].append(segment.path)
    landed_as = {**schema.segment(contract), **REPLAYED}
    landed = [
        pl.scan_parquet(
            files, schema=landed_as, missing_columns="insert", glob=False, hive_partitioning=False
        ).with_columns(chain=pl.lit(chain))
        for chain, files in sorted(paths.items())
    ]
    return pl.concat(landed).filter(pl.col("reasons").is_null()).select(*stored(contract))


def write(contract: Contract, segments: Iterable[Segment], folder: Path) -> tuple[list[Path], list[date], int]:
    """Write the good rows of ``segments`` into ``folder``, one file a month; return files, anchor days and row count.

    Within a month rows are in order of their thing, then of where they landed.
    """
    good = rows(contract, segments)
    files: list[Path] = []
    days: set[date] = set()
    written = 0
    for span in months.spans(months.counted(good, DAY)):
        part = good.filter(months.within(DAY, span)).sort(*contract.thing, "chain", "partition", "offset").collect()
        files += months.write(part, DAY, folder)
        days.update(part.get_column(DAY).unique())
        written += part.height
    return files, sorted(days), written


def duckdb_columns(contract: Contract) -> dict[str, str]:
    """Return the columns of the family's table with DuckDB's names of their types."""
    return {name: schema.duckdb_type(kind) for name, kind in stored(contract).items()}
