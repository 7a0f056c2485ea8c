"""FAO: the detailed trade matrix of 2011 as both reporters state it, here what Peru and Ecuador say of each other.

Food and agriculture alone, by items of FAO's commodity list (FCL), which is no edition of the Harmonized System.
"""

from __future__ import annotations

import polars as pl

from puyango import reference
from streams.sources.source import Layout, Reading, Source, constant, listed, matched, whole

FLOWS = {"1": "M", "2": "X"}
PARTNER_CONCEPTS = {"1": "origin", "2": "destination"}
VALUATIONS = {"1": "CIF", "2": "FOB"}
TONNES = "mt"
HERE = "streams/sources/fao.py"
COUNTRIES = "Add the FAO area code to warehouse/reference/country_aliases.csv with its country."


def readings(_: Layout) -> tuple[Reading, ...]:
    """Return how a row becomes a ``trade_report``: values of thousand dollars in dollars, tonnes in kilograms.

    A quantity in heads, or of an item that the list counts by value only, is no mass: it is left absent.
    """
    areas = reference.mapping("country_aliases", "alias", "country", source=SOURCE.name)
    year = pl.col("year").str.extract("^([0-9]{4})$")
    dated = "year has four digits."
    value, tonnes = whole("value_usd", "value"), whole("net_mass_kg", "quantity")
    return (
        constant("source", SOURCE.name),
        listed("reporter", "reporter", areas, COUNTRIES),
        listed("partner", "partner", areas, COUNTRIES),
        _listed("partner_concept", "flow", PARTNER_CONCEPTS, "PARTNER_CONCEPTS"),
        _listed("flow", "flow", FLOWS, "FLOWS"),
        constant("goods_origin", "_Z"),
        constant("product_classification", "FCL"),
        matched("product", "fcl", "[0-9]{4}", "An item of FAO's commodity list has up to four digits."),
        constant("mode", "_Z"),
        constant("post", "_Z"),
        constant("containerised", "_Z"),
        _listed("valuation", "flow", VALUATIONS, "VALUATIONS"),
        constant("value_unit", "USD"),
        Reading("value_usd", ("value",), value.value * 1000, value.remedy),
        Reading(
            "net_mass_kg", ("quantity",), tonnes.value * 1000, tonnes.remedy, stated=pl.col("unit").eq_missing(TONNES)
        ),
        constant("freq", "A"),
        Reading("period", ("year",), year, dated),
        Reading("period_first_day", ("year",), pl.concat_str(year, pl.lit("-01-01")), dated),
    )


def _listed(name: str, column: str, codes: dict[str, str], table: str) -> Reading:
    return listed(name, column, codes, f"If the code is new, add it to {table} in {HERE}.")


SOURCE = Source(
    name="fao",
    family="trade_report",
    publisher="Food and Agriculture Organization of the United Nations, from what countries report",
    licence="CC BY-NC-SA 3.0 IGO (FAO)",
    says="Detailed trade matrix: food and agriculture between Peru and Ecuador by item, as each reports it, 2011.",
    obtained="github.com/SWS-Methodology/faoswsTrade, commit 0a8295a02596, data/tfvalid.RData",
    files=("fao_trade_matrix_2011/pe_ec_pairs_2011.csv",),
    rows=263,
    columns=("year", "flow", "reporter", "partner", "fcl", "item", "unit", "quantity", "value"),
    readings=readings,
)
