"""IOM: regular entries and exits of ten American countries, by month and nationality, all modes and posts together.

Nationality is what the publisher counts; residence is not known and never follows from it.
"""

from __future__ import annotations

import polars as pl

from puyango import reference
from streams.sources.source import Layout, Reading, Source, constant, listed, matched, whole
from streams.sources.table import unfit

DIRECTIONS = {"regin": "entry", "regout": "exit"}
REPORTERS = "If the country is new, check its alpha-3 code in warehouse/reference/countries.csv."
NATIONALITIES = "Add the code to warehouse/reference/country_aliases.csv with its country, or _U if it says unknown."
PERIOD = "[0-9]{4}-(0[1-9]|1[0-2])"
DATED = "A month is written like 2024-01."


def readings(layout: Layout) -> tuple[Reading, ...]:
    """Return how a row becomes a ``crossing_count``; raises ``InputUnfit`` for a name that tells no direction."""
    countries = reference.mapping("countries", "alpha3", "country")
    aliases = reference.mapping("country_aliases", "alias", "country", source=SOURCE.name)
    month = pl.col("t").str.extract(f"^({PERIOD})$")
    return (
        constant("source", SOURCE.name),
        listed("reporter", "geo", countries, REPORTERS),
        constant("counterpart", "_Z"),
        constant("post", "_Z"),
        constant("direction", _direction(layout)),
        listed("nationality", "nat", countries | aliases, NATIONALITIES, blank="_U"),
        constant("measure", "people"),
        constant("freq", "M"),
        matched("period", "t", PERIOD, DATED),
        Reading("period_first_day", ("t",), pl.concat_str(month, pl.lit("01"), separator="-"), DATED),
        whole("reported_count", "n"),
        constant("source_repairs", layout.repaired),
    )


def _direction(layout: Layout) -> str:
    for begin, direction in DIRECTIONS.items():
        if layout.file.name.startswith(begin):
            return direction
    fact = f"its name does not say whether it holds entries or exits: it begins with none of {', '.join(DIRECTIONS)}"
    raise unfit(layout.file, fact, "Name the file as its publisher does: regin… for entries, regout… for exits.")


SOURCE = Source(
    name="iom",
    family="crossing_count",
    publisher="International Organization for Migration, from national migration services",
    licence="MIT (IOM, package amerdigest)",
    says="Regular entries and exits by nationality and month, ten American countries, 2022 to April 2025.",
    obtained="R package amerdigest, github.com/iom/amerdigest, commit 4f2d71a668f0, data/regin.rda and data/regout.rda",
    files=("iom_regular_flows/regin.parquet", "iom_regular_flows/regout.parquet"),
    rows=94_712,
    columns=("t", "geo", "nat", "n"),
    readings=readings,
)
