"""Small commits of tests."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from transforms import draft, lake, months, ops
from transforms.draft import Draft

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from puyango.settings import Settings


COLUMNS = {"day": "DATE", "thing": "VARCHAR", "value_usd": "DECIMAL(18, 2)"}


def batch(settings: Settings) -> int:
    with lake.reading(settings) as con:
        return ops.batch(con)


def things(settings: Settings) -> list[tuple[object, ...]]:
    with lake.reading(settings) as con:
        return con.execute("select day, thing from silver.pieces order by all").fetchall()


def drafted(settings: Settings, days: Sequence[date], rows: Sequence[tuple[date, str]]) -> Draft:
    frame = pl.DataFrame(
        {"day": [day for day, _ in rows], "thing": [thing for _, thing in rows], "value_usd": ["1.00"] * len(rows)},
        schema_overrides={"day": pl.Date},
    ).with_columns(pl.col("value_usd").cast(pl.Decimal(18, 2)))
    files = months.write(frame, "day", draft.folder(settings, "silver", "pieces"))
    return Draft("silver", "pieces", tuple(files), "day", tuple(days), 0, "")


def put(settings: Settings, whole: Draft) -> None:
    with lake.committing(settings, "put") as con:
        lake.ensure_table(con, "silver", "pieces", COLUMNS, "day")
        lake.replace(con, whole)
