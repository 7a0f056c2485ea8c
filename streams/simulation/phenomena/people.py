"""People who cross and come back: each crossing is recorded by the desk of the one country and that of the other.

The desks miss some, their clocks differ, some people pass neither. What is true is known here alone.
"""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from streams.families.traveller_crossing import CONTRACT
from streams.simulation import messages
from streams.simulation.calibration import assumed, land_crossings, opposite
from streams.simulation.phenomenon import Phenomenon, Told
from streams.simulation.traffic import travellers
from streams.simulation.world import SOURCE

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from streams.simulation.world import World

    Numbers = NDArray[np.int64]

OTHER = {"EC": "PE", "PE": "EC"}
UTC_AHEAD_S = 5 * 3600
"""Of both countries' time at the border, the whole year."""
HOUR_S, DAY_S = 3600, 86_400
OPEN_S, CLOSED_S = 5 * HOUR_S, 22 * HOUR_S
EPOCH = date(1970, 1, 1)
MIXED = np.uint64(0x9E3779B97F4A7C15)

TRUTH = ("crossing_day", "administration", "direction", "post", "nationality")


def run(world: World) -> Iterator[Told]:
    """Yield each day's records in the order of sending, and the truth of the day's crossings."""
    ahead = pl.DataFrame()
    unsent = pl.DataFrame()
    for day in world.calendar():
        ahead = pl.concat([ahead, *(_trips(world, day, home) for home in OTHER)], how="diagonal")
        today = ahead.filter(pl.col("crossing_day") == day)
        ahead = ahead.filter(pl.col("crossing_day") > day)
        sent = messages.of(world, PHENOMENON.name, day, today.filter("recorded").drop("passed", "recorded"))
        unsent = pl.concat([unsent, sent], how="diagonal")
        due, unsent = messages.due(unsent, day)
        yield Told(day, due, _truth(world, today, sent))


def _truth(world: World, today: pl.DataFrame, sent: pl.DataFrame) -> pl.DataFrame:
    """Return how many crossed, how many past a desk, and of how many a record is sent before the world ends."""
    first = sent.filter(pl.col("sent_day") <= world.last).select("administration", "event_id").unique()
    told = today.join(first.with_columns(told=True), on=["administration", "event_id"], how="left")
    counts = (
        pl.len().alias("happened_people"),
        pl.col("passed").sum().alias("passed_desk_people"),
        (pl.col("recorded") & pl.col("told").fill_null(value=False)).sum().alias("recorded_people"),
    )
    return told.group_by(TRUTH).agg(counts).sort(TRUTH)


def _trips(world: World, day: date, home: str) -> pl.DataFrame:
    """Return the crossings of those who set out from ``home`` on ``day``, one row a crossing and desk."""
    chance = world.chance(f"people {home}", day)
    count = int(chance.poisson(travellers(world, home, day)))
    person = _people(chance, home, day, count)
    nights = _nights(chance, count)
    out_s = np.clip(chance.normal(11 * HOUR_S, 3 * HOUR_S, count), OPEN_S, CLOSED_S - 6 * HOUR_S)
    later_s = np.clip(chance.normal(14 * HOUR_S, 3 * HOUR_S, count), OPEN_S, CLOSED_S)
    back_s = np.where(nights == 0, out_s + chance.uniform(HOUR_S, 5 * HOUR_S, count), nights * DAY_S + later_s)
    ways = ((home, out_s), (OTHER[home], back_s))
    return pl.concat([_leg(chance, person, left, at_s, day) for left, at_s in ways])


def _people(chance: np.random.Generator, home: str, day: date, count: int) -> pl.DataFrame:
    """Return who they are: post, sex, age and purpose together, as of somebody in the sample."""
    said = assumed("people")
    sample = land_crossings()
    others = list(said["third_nationals"])
    third = chance.choice(others, count, p=list(said["third_nationals"].values()))
    nationality = np.where(chance.random(count) < said["third_national_share"], third, home)
    ordinal = (day - EPOCH).days * 10**7 + np.arange(count)
    return sample[chance.integers(0, sample.height, count)].with_columns(
        nationality=pl.Series(nationality, dtype=pl.String),
        document_number=pl.Series([f"XX{home[0]}{number:012d}" for number in ordinal], dtype=pl.String),
        index=pl.Series(np.arange(count), dtype=pl.UInt64),
    )


def _nights(chance: np.random.Generator, count: int) -> Numbers:
    said = assumed("people")
    kind = chance.random(count)
    few = chance.geometric(1 / said["nights_mean"], count)
    many = chance.integers(10, 90, count)
    return np.select([kind < said["same_day_share"], kind < 1 - said["month_share"]], [0, few], many).astype(np.int64)


def _leg(
    chance: np.random.Generator, person: pl.DataFrame, left: str, at_s: NDArray[np.float64], day: date
) -> pl.DataFrame:
    """Return one way of every trip, out of the country ``left``: its exit there and its entry on the other side."""
    said, count = assumed("people"), person.height
    passed = chance.random(count) >= said["irregular_share"]
    least, most = said["desk_gap_min"]
    gap_s = 60 * chance.uniform(least, most, count)
    salt = int(chance.integers(0, 2**62))
    desks = ((left, "exit", at_s), (OTHER[left], "entry", at_s + gap_s))
    return pl.concat(
        [
            _desk(person, administration, direction).with_columns(
                event_id=_ids(person, day, salt + number),
                crossed_at=_clock(day, seconds + said["clock_ahead_s"][administration]),
                crossing_day=pl.lit(day) + pl.duration(days=pl.lit(pl.Series((at_s // DAY_S).astype(np.int64)))),
                passed=pl.Series(passed),
                recorded=pl.Series(passed & (chance.random(count) >= said["missed_share"])),
            )
            for number, (administration, direction, seconds) in enumerate(desks)
        ]
    )


def _desk(person: pl.DataFrame, administration: str, direction: str) -> pl.DataFrame:
    """Return what the desk of ``administration`` would write of each person."""
    post = pl.col("post") if administration == "EC" else pl.col("post").replace_strict(opposite())
    return person.select(
        post.alias("post"),
        "sex",
        "age_years",
        "trip_purpose",
        "nationality",
        "document_number",
        pl.col("nationality").alias("document_country"),
        administration=pl.lit(administration),
        direction=pl.lit(direction),
        counterpart=pl.lit(OTHER[administration]),
        source=pl.lit(SOURCE),
        coverage=pl.lit("full"),
        mode=pl.lit("road"),
        migration_class=pl.lit(SOURCE),
        document_type=pl.lit("passport"),
    )


def _ids(person: pl.DataFrame, day: date, salt: int) -> pl.Series:
    """Return identifiers in which neither the person nor the record of the other desk can be recognised."""
    mixed = (person["index"].to_numpy() + np.uint64(salt)) * MIXED
    return pl.Series([f"{day:%y%m%d}-{number:016x}" for number in mixed], dtype=pl.String)


def _clock(day: date, seconds: NDArray[np.float64]) -> pl.Series:
    local = np.datetime64(day, "us") + seconds.astype(np.int64) * np.timedelta64(1, "s")
    return pl.Series(local + np.timedelta64(UTC_AHEAD_S, "s"))


PHENOMENON = Phenomenon(
    name="people",
    family=CONTRACT.name,
    says="People crossing both ways and coming back, recorded by the desks of both countries.",
    run=run,
)
