"""Peru and Ecuador in the shipped data: what the publishers' real rows give, from file to indicator."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any

import polars as pl
import pytest

from tests.shipped import events
from transforms import engine, settle
from transforms.table import module
from warehouse import stage
from warehouse.indicator import indicators

if TYPE_CHECKING:
    from collections.abc import Mapping

AS_OF = datetime(2026, 1, 1, tzinfo=UTC)
TABLES = {"reported_count": "iom", "reported_trade": "fao"}
SPAN = (date(2011, 1, 1), date(2026, 1, 1))


@pytest.fixture(scope="module")
def gold() -> Mapping[str, pl.DataFrame]:
    """Return every indicator that is made of the two sources, over all their periods."""
    built: dict[str, pl.DataFrame] = {}
    with engine.connect() as con:
        con.execute("create schema memory.silver; create schema memory.gold; use memory")
        for table, publisher in TABLES.items():
            con.register("settled", settle.whole(events(publisher), module(table).TABLE).collect())
            con.execute(f"create table silver.{table} as from settled")
        for each in indicators():
            stage.lay(con, each)
            built[each.id] = stage.rows(con, each, *SPAN, AS_OF)
            con.register("made", built[each.id])
            con.execute(f"create or replace table gold.{each.id} as from made")
    return built


def thousands(row: dict[str, Any], *names: str) -> list[float]:
    """Return figures of a row in thousands."""
    return [float(row[name]) / 1000 for name in names]


def flow(frame: pl.DataFrame, exporter: str, **others: str) -> dict[str, Any]:
    """Return the one row about what ``exporter`` sells to the other country."""
    return frame.filter(exporter=exporter, **others).row(0, named=True)


@pytest.mark.parametrize(
    ("exporter", "reported", "reported_pct", "gap"),
    [("PE", 43_808, 21.518496, 31_044.5849), ("EC", 4_668, 7.551321, 1_036.8113)],
)
def test_the_mirror_of_2011_is_that_of_the_methodology(
    gold: Mapping[str, pl.DataFrame], exporter: str, reported: float, reported_pct: float, gap: float
) -> None:
    """V51 and V52: the gap as published, its symmetric per cent, and what is left at the generic ratio."""
    total = flow(gold["mirror_asymmetry_pct"], exporter, product="_T")
    leaves = gold["mirror_gap_fob_usd"].filter(exporter=exporter)
    assert float(leaves["reported_gap_usd"].sum()) / 1000 == reported
    assert total["reported_asymmetry_pct"] == pytest.approx(reported_pct, abs=5e-7)
    assert thousands(total, "gap_fob_usd") == [pytest.approx(gap, abs=5e-5)]
    assert gold["mirror_asymmetry_pct"]["mirror_asymmetry_pct"].drop_nulls().is_between(-200, 200).all()
    assert float(leaves["mirror_gap_fob_usd"].sum()) == pytest.approx(float(total["gap_fob_usd"]))


@pytest.mark.parametrize(
    ("exporter", "items", "matched_pct", "values"),
    [
        ("PE", (71, 13, 14), 66.258479, (66_705, 70_679, 39_834, 45_372)),
        ("EC", (41, 9, 3), 90.479965, (5_902, 5_868, 4_702, 12_836)),
    ],
)
def test_cells_of_one_side_are_counted_and_valued(
    gold: Mapping[str, pl.DataFrame], exporter: str, items: tuple[int, ...], matched_pct: float, values: tuple[int, ...]
) -> None:
    """V53: what both report, what one reports alone, and gaps with their signs and without."""
    row = flow(gold["mirror_matched_value_pct"], exporter)
    assert (row["matched_items"], row["exporter_only_items"], row["importer_only_items"]) == items
    only = thousands(row, "exporter_only_fob_usd", "importer_only_cif_usd")
    assert row["mirror_matched_value_pct"] == pytest.approx(matched_pct, abs=5e-7)
    gaps = thousands(row, "matched_gap_usd", "matched_absolute_gap_usd")
    assert (*only, *gaps) == values


def test_exports_of_peru_are_as_concentrated_as_the_methodology_says(gold: Mapping[str, pl.DataFrame]) -> None:
    """V53: 84 items, 0.1621330277, of a year that was published as one figure."""
    row = gold["trade_product_hhi"].filter(source="fao", reporter="PE", flow="X").row(0, named=True)
    assert (row["products"], row["months"]) == (84, 12)
    assert row["trade_product_hhi"] == pytest.approx(0.1621330277, abs=5e-11)


def test_each_country_has_a_balance_of_its_own(gold: Mapping[str, pl.DataFrame]) -> None:
    """Imports with freight and insurance on both sides: the two balances are no mirror of each other."""
    found = dict(gold["trade_balance_fob_cif_usd"].select("reporter", "trade_balance_fob_cif_usd").rows())
    assert found == {"PE": 181_679_000 - 64_151_000, "EC": 59_483_000 - 225_487_000}
    assert gold["trade_balance_fas_customs_usd"].height == 0


def test_a_kilogram_is_net_in_the_unit_values_of_fao(gold: Mapping[str, pl.DataFrame]) -> None:
    """Palm oil from Ecuador, item 257: 25,113 thousand USD FOB over 21,227 tonnes."""
    palm = gold["trade_unit_value_usd_per_kg"].filter(product="0257", reporter="EC", flow="X").row(0, named=True)
    assert palm["mass_kind"] == "net"
    assert palm["trade_unit_value_usd_per_kg"] == pytest.approx(25_113 / 21_227)
    assert set(gold["trade_unit_value_usd_per_kg"]["mass_kind"]) == {"net"}


def test_foreigners_who_entered_ecuador_are_those_that_two_publishers_count(gold: Mapping[str, pl.DataFrame]) -> None:
    """V55: 2023 as INEC publishes it, 2024 by 46 more; with own nationals 2024 would be more than twice 2023."""
    entries = gold["people_entries_by_nationality"].filter(reporter="EC")
    by_year = pl.col("period_first_day").dt.year()
    foreign = entries.filter(~pl.col("own_national")).group_by(by_year).agg(pl.sum("people_entries_by_nationality"))
    assert {(2023, 1_477_999), (2024, 1_247_982)} <= set(foreign.rows())
    assert entries.filter("own_national")["period_first_day"].min() == date(2024, 1, 1)


def test_balances_of_the_two_nationals_are_those_of_the_methodology(gold: Mapping[str, pl.DataFrame]) -> None:
    """V56: 5,481 Ecuadorians in Peru and 833 Peruvians in Ecuador, of 2024."""
    year = gold["people_net_balance"].filter(pl.col("period_first_day").dt.year() == 2024)
    assert year.filter(reporter="PE", nationality="EC")["people_net_balance"].sum() == 5_481
    assert year.filter(reporter="EC", nationality="PE")["people_net_balance"].sum() == 833
    assert "MX" not in set(gold["people_net_balance"]["reporter"])


def test_both_views_are_six_series_side_by_side(gold: Mapping[str, pl.DataFrame]) -> None:
    """Four of 40 months, and Ecuador's own nationals of 16; Peru publishes none of its own (P13)."""
    series = gold["people_both_views"].group_by("nationality", "view").len()
    assert set(series.rows()) == {
        ("PE", "ec_entries", 40),
        ("PE", "ec_exits", 40),
        ("EC", "pe_entries", 40),
        ("EC", "pe_exits", 40),
        ("EC", "ec_entries", 16),
        ("EC", "ec_exits", 16),
    }
