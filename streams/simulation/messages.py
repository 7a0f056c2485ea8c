"""When and how often a record is sent: most at once, some late, some twice, some wrong at first."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from streams.simulation.calibration import assumed

if TYPE_CHECKING:
    from datetime import date

    from streams.simulation.world import World

UNKNOWN = "_U"
ORDER = ("sent_at", "administration", "event_id", "copy")
OWN = ("sent_at", "sent_day", "copy")


def of(world: World, name: str, day: date, records: pl.DataFrame) -> pl.DataFrame:
    """Return the messages of one day's ``records``: when each is sent (UTC), and which copy it is."""
    chance, said = world.chance(f"messages {name}", day), assumed(name)
    count = records.height
    late = np.where(chance.random(count) < said["late_share"], chance.uniform(1, 20, count), 0.0)
    twice = pl.Series(chance.random(count) < said["sent_twice_share"])
    rectified = pl.Series(chance.random(count) < said["rectified_share"])
    first = records.with_columns(
        sent_at=pl.col("crossed_at") + pl.duration(seconds=pl.lit(pl.Series((late * 86_400).astype(np.int64)))),
        copy=pl.lit(0, pl.Int8),
        right=pl.col("nationality"),
        nationality=pl.when(rectified).then(pl.lit(UNKNOWN)).otherwise("nationality"),
    )
    again = first.filter(twice).with_columns(pl.col("sent_at") + pl.duration(seconds=2), copy=pl.lit(1, pl.Int8))
    right = first.filter(rectified).with_columns(
        pl.col("sent_at") + pl.duration(days=1), copy=pl.lit(2, pl.Int8), nationality=pl.col("right")
    )
    sent = pl.concat([first, again, right]).drop("right")
    return sent.with_columns(sent_day=pl.max_horizontal(pl.col("sent_at").dt.date(), pl.lit(day)))


def due(messages: pl.DataFrame, day: date) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Return what is sent up to ``day``, in order and without the marks of sending, and what is not yet."""
    now = pl.col("sent_day") <= day
    return messages.filter(now).sort(ORDER).drop(OWN), messages.filter(~now)
