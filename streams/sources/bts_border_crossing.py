"""US Bureau of Transportation Statistics: monthly counts of what entered at each port of the land borders."""

from __future__ import annotations

import polars as pl

from streams.sources.source import Layout, Reading, Source, constant, listed, matched, whole

BORDERS = {"US-Canada Border": "CA", "US-Mexico Border": "MX"}
MEASURES = {
    "Bus Passengers": "bus_passengers",
    "Buses": "buses",
    "Pedestrians": "pedestrians",
    "Personal Vehicle Passengers": "personal_vehicle_passengers",
    "Personal Vehicles": "personal_vehicles",
    "Rail Containers Empty": "rail_containers_empty",
    "Rail Containers Loaded": "rail_containers_loaded",
    "Train Passengers": "train_passengers",
    "Trains": "trains",
    "Truck Containers Empty": "truck_containers_empty",
    "Truck Containers Loaded": "truck_containers_loaded",
    "Trucks": "trucks",
}
MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
NUMBERS = {name: f"{number:02}" for number, name in enumerate(MONTHS, start=1)}
HERE = "streams/sources/bts_border_crossing.py"


def readings(_: Layout) -> tuple[Reading, ...]:
    """Return how a row becomes a ``crossing_count``."""
    month = pl.col("Date").str.extract("^([A-Z][a-z]{2}) [0-9]{4}$").replace_strict(NUMBERS, default=None)
    period = pl.concat_str(pl.col("Date").str.extract("([0-9]{4})$"), month, separator="-")
    dated = "A period is written like Jan 2024: English month of three letters, blank, year."
    return (
        constant("source", SOURCE.name),
        constant("reporter", "US"),
        listed("counterpart", "Border", BORDERS, f"If the border is new, add it to BORDERS in {HERE}."),
        matched("post", "Port Code", "[0-9]{4}", "A port code has four digits: restore the leading zeros."),
        Reading("post_name", ("Port Name",), pl.col("Port Name"), blank_ok=True),
        constant("direction", "entry"),
        constant("nationality", "_Z"),
        listed("measure", "Measure", MEASURES, f"If the measure is new, add it to MEASURES in {HERE}."),
        constant("freq", "M"),
        Reading("period", ("Date",), period, dated),
        Reading("period_first_day", ("Date",), pl.concat_str(period, pl.lit("01"), separator="-"), dated),
        whole("reported_count", "Value"),
    )


SOURCE = Source(
    name="us_bts",
    family="crossing_count",
    publisher="US Bureau of Transportation Statistics",
    licence="public domain (work of the US federal government)",
    says="Border Crossing Entry Data: vehicles, containers and people entering at each US port, by month, 1996-2025.",
    obtained="data set keg4-3bc2 as CSV, by github.com/ankan00V/MLflow-border-crossing-MLops, commit bbbc13b577c2",
    files=("us_bts_border_crossing/border_crossing_entry_data.parquet",),
    rows=399_406,
    columns=(
        "Port Name",
        "State",
        "Port Code",
        "Border",
        "Date",
        "Measure",
        "Value",
        "Latitude",
        "Longitude",
        "Point",
    ),
    readings=readings,
)
