"""Every indicator, the day it is declared: its header speaks, its case holds, its figures depend on nothing else."""

from __future__ import annotations

import io
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.worked import CASES, Case, cases, compare, staged
from transforms.table import module
from warehouse import stage
from warehouse.indicator import Indicator, indicator, indicators

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

AS_OF = datetime(2026, 1, 1, tzinfo=UTC)
ALL = indicators()
WORKED = [
    pytest.param(each, case, id=f"{each.id}-{number}")
    for each in ALL
    if (CASES / f"{each.id}.toml").exists()
    for number, case in enumerate(cases(each.id))
]


@pytest.fixture(params=ALL, ids=lambda each: each.id)
def every(request: pytest.FixtureRequest) -> Indicator:
    """Return each indicator in turn."""
    found: Indicator = request.param
    return found


def figures(of: Indicator, rows: Mapping[str, Sequence[dict[str, Any]]], first: date, end: date) -> pl.DataFrame:
    """Return the rows of the indicator over exactly these inputs."""
    with staged(of, rows) as con:
        return stage.rows(con, of, first, end, AS_OF)


def test_every_indicator_has_a_worked_case_and_every_case_an_indicator() -> None:
    """A formula that nobody has worked out on paper is not a definition."""
    assert sorted(path.stem for path in CASES.glob("*.toml")) == sorted(each.id for each in ALL)


@pytest.mark.parametrize(("each", "case"), WORKED)
def test_the_query_gives_what_was_worked_out_on_paper(each: Indicator, case: Case) -> None:
    """The case is the definition; among those of concentration are vectors 7 and 8 of the methodology."""
    compare(figures(each, case.given, case.first, case.end), case.expected, each.header.grain)


def test_both_languages_speak_and_do_not_copy_each_other(every: Indicator) -> None:
    """A ministry reads Spanish; an English text in the Spanish field is a missing translation that no check sees."""
    header = every.header
    pairs = [(header.title_en, header.title_es), (header.says_en, header.says_es), (header.caveat_en, header.caveat_es)]
    pairs += [(column.en, column.es) for column in header.columns]
    assert [english for english, spanish in pairs if english == spanish] == []


def test_nobody_reads_two_decimals_where_the_query_gives_a_fraction(every: Indicator) -> None:
    """Whatever is floating point must say how it is rounded, or it is published with sixteen digits of noise (C9)."""
    kinds = stage.form(every)
    bare = [column.name for column in every.header.columns if column.published_decimals is None]
    assert [name for name in bare if kinds[name] in ("DOUBLE", "FLOAT")] == []


def test_money_and_mass_stay_exact(every: Indicator) -> None:
    """A sum of money in floating point depends on the order of threads, and two runs differ (C3)."""
    kinds = stage.form(every)
    measures = [column for column in every.header.columns if column.unit in ("USD", "kg")]
    assert [column.name for column in measures if not kinds[column.name].startswith("DECIMAL")] == []


@pytest.mark.parametrize(("each", "case"), WORKED)
def test_no_two_rows_of_a_case_share_the_grain(each: Indicator, case: Case) -> None:
    """Two rows for one cell are added by the first reader who sums."""
    keys = figures(each, case.given, case.first, case.end).select(each.header.grain)
    assert keys.height == keys.unique().height
    assert keys.null_count().sum_horizontal().item() == 0


def test_nothing_comes_of_nothing(every: Indicator) -> None:
    """Days without data are absent, never zero."""
    assert figures(every, {}, date(2022, 1, 1), date(2023, 1, 1)).height == 0


@st.composite
def inputs(draw: st.DrawFn, of: Indicator) -> tuple[dict[str, list[dict[str, Any]]], list[list[dict[str, Any]]]]:
    """Draw rows for what the indicator reads, from the codes of its worked cases, and the same rows in other orders."""
    rows: dict[str, list[dict[str, Any]]] = {}
    for layer, table in of.reads:
        if layer == "reference":
            continue
        name = f"{layer}.{table}"
        known = [row for case in cases(of.id) for row in case.given.get(name, [])]
        key = module(table).TABLE.key if layer == "silver" else _grain(table)
        pools = {column: _pool(known, column) for column in dict.fromkeys(column for row in known for column in row)}
        drawn = draw(st.lists(st.fixed_dictionaries(pools), min_size=24, max_size=48))
        rows[name] = list({tuple(str(row.get(column)) for column in key): row for row in drawn}.values())
    return rows, [draw(st.permutations(each)) for each in rows.values()]


def _grain(table: str) -> tuple[str, ...]:
    return indicator(table).header.grain


def _pool(known: Sequence[dict[str, Any]], column: str) -> st.SearchStrategy[Any]:
    """Return the values that the cases have for a column; amounts vary freely."""
    values = [row[column] for row in known if column in row]
    if column.endswith(("_usd", "_kg")):
        return st.integers(0, 10**13).map(lambda cents: Decimal(cents) / 100)
    if column == "product":
        return st.integers(1, 97).map("{:02}".format)
    if column == "reported_count":
        return st.integers(0, 10**9)
    if column == "event_id":
        return st.integers(0, 40).map(str)
    return st.sampled_from(list(dict.fromkeys(values)))


@pytest.mark.parametrize("each", ALL, ids=lambda each: each.id)
@given(data=st.data())
@settings(max_examples=8, deadline=None)
def test_the_order_of_rows_does_not_show_in_the_bytes(each: Indicator, data: st.DataObject) -> None:
    """A rebuild reads files in another order; if the figures moved by one bit, nobody could prove they are the same."""
    rows, shuffled = data.draw(inputs(each))
    other = dict(zip(rows, shuffled, strict=True))
    span = (date(2022, 1, 1), date(2025, 1, 1))
    assert written(figures(each, rows, *span)) == written(figures(each, other, *span))


def written(frame: pl.DataFrame) -> bytes:
    """Return the Parquet bytes of a frame."""
    file = io.BytesIO()
    frame.write_parquet(file, compression="zstd")
    return file.getvalue()


@given(data=st.data())
@settings(max_examples=12, deadline=None)
def test_shares_of_the_posts_of_one_group_make_a_hundred(data: st.DataObject) -> None:
    """A share of less than everything, or of two sources together, is a share of nothing (C21)."""
    rows, _ = data.draw(inputs(indicator("trade_post_share_pct")))
    found = figures(indicator("trade_post_share_pct"), rows, date(2022, 1, 1), date(2025, 1, 1))
    group = [name for name in indicator("trade_post_share_pct").header.grain if name != "post"]
    totals = found.group_by(group).agg(pl.col("trade_post_share_pct").sum(), pl.col("post_value_usd").sum())
    for total in totals.filter(pl.col("post_value_usd") > 0).to_dicts():
        assert total["trade_post_share_pct"] == pytest.approx(100)


@given(data=st.data())
@settings(max_examples=12, deadline=None)
def test_concentration_lies_between_equal_parts_and_one(data: st.DataObject) -> None:
    """An index outside [1/n, 1], or a negative one of Theil, is a wrong denominator (properties of the methodology)."""
    rows, _ = data.draw(inputs(indicator("trade_product_hhi")))
    found = figures(indicator("trade_product_hhi"), rows, date(2022, 1, 1), date(2025, 1, 1))
    for row in found.filter(pl.col("trade_product_hhi").is_not_null()).to_dicts():
        assert 1 / row["products"] - 1e-12 <= row["trade_product_hhi"] <= 1
        assert row["effective_products"] == pytest.approx(1 / row["trade_product_hhi"])
        assert row["theil"] is None or row["theil"] >= 0


def test_vector_28_is_the_coverage_of_a_crossing_point() -> None:
    """X = 940 and E = 980 give 4700/49 %, gap +40 (P11)."""
    of = next(each for each in ALL if each.id == "people_mirror_coverage_pct")
    alike = {"source": "register", "coverage": "full", "crossing_day": date(2024, 6, 5)}
    exits = [{**alike, "administration": "EC", "direction": "exit", "post": "huaquillas"}] * 940
    entries = [{**alike, "administration": "PE", "direction": "entry", "post": "aguas-verdes"}] * 980
    (row,) = figures(of, {"silver.crossing": exits + entries}, date(2024, 6, 5), date(2024, 6, 6)).to_dicts()
    assert row["people_mirror_coverage_pct"] == pytest.approx(4700 / 49)
    assert row["signed_gap"] == 40
