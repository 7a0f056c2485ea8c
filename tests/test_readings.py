"""Rows of publishers, read as a person would read them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl
import pytest

from puyango.errors import InputUnfit
from streams.sources.adapter import events
from streams.sources.source import source

if TYPE_CHECKING:
    from pathlib import Path

    from streams.event import Value
from tests.adapted import COUNTS, SAMPLES, adapter, frame, refusal


def test_a_crossing_is_read_as_a_person_would_read_it() -> None:
    """First row of 2024: an Ecuadorian woman of 31 leaves by land at Huaquillas for Peru, 10 June 2024."""
    row, first = next(events(source("ec_inec_esi"), SAMPLES[2024]))
    expected: dict[str, Value] = {
        "administration": "EC",
        "event_id": "2024-434783",
        "source": "ec_inec_esi",
        "coverage": "sample",
        "crossing_day": "2024-06-10",
        "direction": "exit",
        "post": "huaquillas",
        "mode": "road",
        "nationality": "EC",
        "residence": "EC",
        "counterpart": "PE",
        "trip_purpose": "tourism",
        "migration_class": "Clase migratoria para ecuatorianos",
        "sex": "female",
        "age_years": 31,
        "source_repairs": "bom_removed+month_name",
    }
    assert (row, first) == (1, expected)


def test_a_count_is_read_as_a_person_would_read_it() -> None:
    """First row: 6,556 trucks came from Canada at Jackman in January 2024."""
    assert next(events(source("us_bts"), COUNTS)) == (
        1,
        {
            "source": "us_bts",
            "reporter": "US",
            "counterpart": "CA",
            "post": "0104",
            "post_name": "Jackman",
            "direction": "entry",
            "nationality": "_Z",
            "measure": "trucks",
            "freq": "M",
            "period": "2024-01",
            "period_first_day": "2024-01-01",
            "reported_count": 6_556,
        },
    )


def test_a_trade_line_is_read_as_a_person_would_read_it() -> None:
    """An import of the same port and month as an export keeps its own concept of partner and value."""
    made = frame("us_transborder").filter(post="2304", period="2022-03", product="87", mode="road", partner="MX")
    exports, imports = (made.filter(flow=flow) for flow in ("X", "M"))
    assert set(exports["valuation"]) == {"FAS"}
    assert set(exports["partner_concept"]) == {"destination"}
    assert set(exports["goods_origin"]) == {"domestic", "foreign"}
    assert set(imports["valuation"]) == {"CUSTOMS"}
    assert set(imports["partner_concept"]) == {"origin"}
    assert set(imports["goods_origin"]) == {"_Z"}
    assert set(made["product_classification"]) == {"HS2022"}
    assert set(made["period_first_day"]) == {"2022-03-01"}


def test_a_count_by_nationality_is_read_as_a_person_would_read_it() -> None:
    """Ecuador recorded 9,392 entries of Peruvians in April 2025; where they live is not said, and not invented."""
    made = frame("iom").filter(reporter="EC", nationality="PE", period="2025-04", direction="entry")
    assert made.to_dicts() == [
        {
            "source": "iom",
            "reporter": "EC",
            "counterpart": "_Z",
            "post": "_Z",
            "direction": "entry",
            "nationality": "PE",
            "measure": "people",
            "freq": "M",
            "period": "2025-04",
            "period_first_day": "2025-04-01",
            "reported_count": 9_392,
            "source_repairs": None,
        }
    ]


def test_odd_codes_of_countries_are_mapped_and_none_is_dropped() -> None:
    """188 exits and 224 entries have no nationality; people of three countries that are no more keep their own."""
    made = frame("iom")
    unknown = made.filter(nationality="_U")
    assert dict(unknown["direction"].value_counts().rows()) == {"exit": 188, "entry": 224}
    assert dict(made.filter(nationality="XK")["direction"].value_counts().rows()) == {"exit": 175, "entry": 188}
    former = made.filter(pl.col("nationality").str.len_bytes() == 4).group_by("reporter", "nationality").len()
    assert set(former.rows()) == {("HN", "CSHH", 18), ("AR", "CSXX", 12), ("AR", "YUCS", 12)}
    assert made.select(source("iom").contract.thing).n_unique() == made.height == 94_712


def test_a_file_whose_name_tells_no_direction_is_refused(tmp_path: Path) -> None:
    """Entries read as exits would turn every balance around."""
    file = tmp_path / "flows.parquet"
    pl.read_parquet(source("iom").paths[0]).head(1).write_parquet(file)
    with pytest.raises(InputUnfit, match="does not say whether it holds entries or exits") as refused:
        adapter("iom", file)
    assert "regout… for exits" in refused.value.remedy


def test_a_part_of_a_person_is_refused(tmp_path: Path) -> None:
    """The publisher's column could hold decimals; half a crossing is a figure that is not a count."""
    file = tmp_path / "regin.parquet"
    pl.read_parquet(source("iom").paths[0]).head(3).with_columns(n=pl.Series([1.0, 2.5, 3.0])).write_parquet(file)
    rows, error = refusal("iom", file)
    assert rows == 1
    assert "row 2: n = '2.5' has no reading as reported_count" in error.what


def test_a_line_of_the_other_reporter_is_another_line() -> None:
    """Pastry from Peru in 2011: 20,580 thousand USD CIF by Ecuador, whose item 22 is four digits like any other."""
    row = frame("fao").filter(product="0022", reporter="EC", flow="M").to_dicts()[0]
    expected = {"partner": "PE", "partner_concept": "origin", "valuation": "CIF", "value_usd": 20_580_000}
    assert expected.items() <= row.items()
    assert (row["product_classification"], row["freq"], row["period"], row["mode"]) == ("FCL", "A", "2011", "_Z")
    assert row["net_mass_kg"] == 10_285_000


def test_a_quantity_that_is_no_mass_is_left_absent() -> None:
    """855 thousand turkeys are not 855 tonnes, and an item counted by value only has no mass."""
    made = frame("fao")
    absent = made.filter(pl.col("net_mass_kg").is_null())
    assert absent.height == 14
    assert set(absent["product"]) == {"1034", "1057", "1079", "1096", "1293"}
    assert made["net_mass_kg"].min() == 0
