"""US Bureau of Transportation Statistics: freight across the land borders by port, HS chapter, mode and month."""

from __future__ import annotations

import polars as pl

from puyango import reference
from streams.sources.source import Layout, Reading, Source, constant, listed, matched, whole

FLOWS = {"1": "X", "2": "M"}
PARTNER_CONCEPTS = {"1": "destination", "2": "origin"}
VALUATIONS = {"1": "FAS", "2": "CUSTOMS"}
PARTNERS = {"1220": "CA", "2010": "MX"}
GOODS_ORIGINS = {"1": "domestic", "2": "foreign"}
CONTAINERISED = {"0": "no", "1": "yes", "X": "_Z"}
MODES = {
    "1": "sea",
    "3": "air",
    "4": "mail",
    "5": "road",
    "6": "rail",
    "7": "pipeline",
    "8": "other",
    "9": "free_zone",
}
HERE = "streams/sources/transborder.py"
EDITIONS = "Add the HS edition of that year to warehouse/reference/hs_editions.csv."


def readings(_: Layout) -> tuple[Reading, ...]:
    """Return how a row becomes a ``trade_report``."""
    month = pl.col("MONTH").str.zfill(2)
    year = pl.col("YEAR").str.extract("^([0-9]{4})$")
    period = pl.when(month.str.contains("^(0[1-9]|1[0-2])$")).then(pl.concat_str(year, month, separator="-"))
    dated = "YEAR has four digits, MONTH is 1 to 12."
    return (
        constant("source", SOURCE.name),
        constant("reporter", "US"),
        _listed("partner", "COUNTRY", PARTNERS, "PARTNERS"),
        _listed("partner_concept", "TRDTYPE", PARTNER_CONCEPTS, "PARTNER_CONCEPTS"),
        _listed("flow", "TRDTYPE", FLOWS, "FLOWS"),
        _listed("goods_origin", "DF", GOODS_ORIGINS, "GOODS_ORIGINS", blank="_Z"),
        listed(
            "product_classification", "YEAR", _editions(), "Add the edition to warehouse/reference/hs_editions.csv."
        ),
        matched("product", "COMMODITY2", "[0-9]{2}", "A chapter has two digits: restore the leading zero."),
        _listed("mode", "DISAGMOT", MODES, "MODES"),
        matched("post", "DEPE", "[0-9]{2}([0-9]{2}|XX)", "A port code has four places: restore the leading zeros."),
        _listed("containerised", "CONTCODE", CONTAINERISED, "CONTAINERISED"),
        _listed("valuation", "TRDTYPE", VALUATIONS, "VALUATIONS"),
        constant("value_unit", "USD"),
        whole("value_usd", "VALUE"),
        whole("gross_mass_kg", "SHIPWT", blank_ok=True),
        whole("freight_usd", "FREIGHT_CHARGES", blank_ok=True),
        constant("freq", "M"),
        Reading("period", ("MONTH", "YEAR"), period, dated),
        Reading("period_first_day", ("MONTH", "YEAR"), pl.concat_str(period, pl.lit("01"), separator="-"), dated),
    )


def _listed(name: str, column: str, codes: dict[str, str], table: str, *, blank: str = "") -> Reading:
    return listed(name, column, codes, f"If the code is new, add it to {table} in {HERE}.", blank=blank)


def _editions() -> dict[str, str]:
    """Return the HS edition in force by year."""
    return {
        str(year): row["edition"]
        for row in reference.rows("hs_editions")
        for year in range(int(row["first_year"]), int(row["last_year"]) + 1)
    }


SOURCE = Source(
    name="us_transborder",
    family="trade_report",
    publisher="US Bureau of Transportation Statistics, from the US Census Bureau",
    licence="public domain (work of the US federal government)",
    says="TransBorder Freight Data: US trade with Canada and Mexico by port, HS chapter, mode and month, 2022.",
    obtained="monthly files of raw table dot3, by github.com/1realbzy/TransBorderFreight_Analysis, commit fe750e236149",
    files=("us_bts_transborder_freight/dot3_2022_monthly.parquet",),
    rows=210_356,
    columns=(
        "TRDTYPE",
        "DEPE",
        "COMMODITY2",
        "DISAGMOT",
        "COUNTRY",
        "VALUE",
        "SHIPWT",
        "FREIGHT_CHARGES",
        "DF",
        "CONTCODE",
        "MONTH",
        "YEAR",
    ),
    readings=readings,
)
