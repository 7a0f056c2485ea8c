"""What the simulated world takes from the real one, read from the shipped files."""

from __future__ import annotations

import tomllib
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import polars as pl

from puyango import reference
from streams.sources.adapter import events
from streams.sources.source import source

ASSUMED = Path(__file__).parent / "assumptions.toml"
YEARS = ("2023", "2024")
LAND = ("huaquillas", "macara", "lalamor", "la-balsa")


@cache
def assumed(name: str) -> dict[str, Any]:
    """Return what is assumed of one phenomenon."""
    found: dict[str, Any] = tomllib.loads(ASSUMED.read_text(encoding="utf-8"))[name]
    return found


@cache
def monthly_entries() -> dict[tuple[str, int], float]:
    """Return the mean entries of a month by (nationality, month), of Peruvians to Ecuador and of Ecuadorians to Peru.

    From IOM's counts of both years; they are of all posts and modes, so the level is above that of the land border.
    """
    sent = source("iom")
    rows = (row for path in sent.paths for _, row in events(sent, path))
    wanted = {("EC", "PE"), ("PE", "EC")}
    found: dict[tuple[str, int], list[int]] = {}
    for row in rows:
        period = str(row["period"])
        if row["direction"] == "entry" and (row["reporter"], row["nationality"]) in wanted and period[:4] in YEARS:
            found.setdefault((str(row["nationality"]), int(period[5:])), []).append(int(str(row["reported_count"])))
    return {key: sum(counts) / len(YEARS) for key, counts in found.items()}


@cache
def land_crossings() -> pl.DataFrame:
    """Return the people of the ESI samples at the land posts towards Peru: post, sex, age and purpose."""
    sent = source("ec_inec_esi")
    rows = [row for path in sent.paths for _, row in events(sent, path) if row["post"] in LAND]
    names = ("post", "sex", "age_years", "trip_purpose")
    return pl.DataFrame([{name: row[name] for name in names} for row in rows])


@cache
def opposite() -> dict[str, str]:
    """Return the post of Peru on the other side of each land post of Ecuador."""
    found = reference.mapping("post_pairs", "first_post", "second_post")
    return {post: found[post] for post in LAND}


@cache
def holidays() -> frozenset[date]:
    """Return the holidays of either country."""
    return frozenset(date.fromisoformat(row["day"]) for row in reference.rows("holidays"))
