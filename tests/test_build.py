"""Building gold: what is stale and nothing else, whole periods, once."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any

import polars as pl
import pytest

from puyango.errors import ConfigRefused, InputUnfit, UsageRefused
from tests.settled import put, trade
from transforms import lake, ops
from warehouse import build, period, stale
from warehouse.header import DIMENSIONS, INDICATORS
from warehouse.indicator import indicator, indicators

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from puyango.settings import Settings
    from warehouse.indicator import Indicator

JANUARY, FEBRUARY, NEXT_YEAR = date(2022, 1, 1), date(2022, 2, 1), date(2023, 1, 1)
MONTHS = (JANUARY, FEBRUARY, NEXT_YEAR)
EARLY, LATE = datetime(2026, 3, 1, tzinfo=UTC), datetime(2026, 3, 2, tzinfo=UTC)
VALUE = indicator("trade_value_usd")


@pytest.fixture
def traded(settings: Settings) -> Settings:
    """Return the settings of a lake with three settled months of trade."""
    lake.create(settings)
    put(settings, "reported_trade", [trade("10.10", month) for month in MONTHS], MONTHS, EARLY)
    return settings


def built(settings: Settings, which: Sequence[Indicator]) -> list[str]:
    """Build what is stale of the indicators, and return the names of those that were."""
    done = []
    for each in which:
        if draft := build.draft(settings, each):
            build.replace(settings, draft)
            done.append(each.id)
    return done


def rows(settings: Settings, table: str = "trade_value_usd") -> list[dict[str, Any]]:
    """Return the rows of a gold table in the order of their columns."""
    with lake.reading(settings) as con:
        return con.sql(f"from gold.{table} order by all").pl().to_dicts()


def stale_wholes(settings: Settings, each: Indicator) -> list[date]:
    """Return the periods of the indicator that must be built."""
    with lake.reading(settings) as con:
        return list(stale.wholes(con, each))


def test_what_was_built_is_not_built_again(traded: Settings) -> None:
    """The work list is the ledger; a second trigger finds nothing to do (I7)."""
    assert built(traded, [VALUE]) == ["trade_value_usd"]
    assert build.draft(traded, VALUE) is None
    assert [str(row["trade_value_usd"]) for row in rows(traded)] == ["10.10", "10.10", "10.10"]


def test_replacing_twice_leaves_what_once_leaves(traded: Settings) -> None:
    """Two triggers may draft the same periods at the same time; adding both would double the trade of a country."""
    first, second = build.draft(traded, VALUE), build.draft(traded, VALUE)
    assert first is not None
    assert second is not None
    build.replace(traded, first)
    once = rows(traded)
    build.replace(traded, second)
    assert rows(traded) == once
    assert build.draft(traded, VALUE) is None
    assert list(traded.drafts.rglob("*.parquet")) == []


def test_a_settled_day_opens_its_own_period_and_nothing_else(traded: Settings) -> None:
    """The cost of a run grows with the days touched; what was not touched keeps the moment as of which it stands."""
    built(traded, [VALUE])
    put(traded, "reported_trade", [trade("99.00", FEBRUARY)], [FEBRUARY], LATE)
    assert stale_wholes(traded, VALUE) == [FEBRUARY]
    built(traded, [VALUE])
    found = [(row["period_first_day"], str(row["trade_value_usd"]), row["as_of"]) for row in rows(traded)]
    assert found == [(JANUARY, "10.10", EARLY), (FEBRUARY, "99.00", LATE), (NEXT_YEAR, "10.10", EARLY)]


def test_figures_whose_events_are_gone_go_too(traded: Settings) -> None:
    """A cancellation can empty a month; the old figure must not survive it (C16)."""
    built(traded, [VALUE])
    put(traded, "reported_trade", [], [FEBRUARY], LATE)
    built(traded, [VALUE])
    assert [row["period_first_day"] for row in rows(traded)] == [JANUARY, NEXT_YEAR]


def test_a_day_settled_from_an_older_state_than_the_build_read_is_noticed(traded: Settings) -> None:
    """A draft of silver may be read before, and committed after, a build; a comparison with the clock would miss it."""
    built(traded, [VALUE])
    with lake.committing(traded, "test: slow settle") as con:
        ops.advance(con)
        con.execute("insert into ops.settled_day values ('reported_trade', date '2022-01-02', 1, 'test')")
    assert stale_wholes(traded, VALUE) == [JANUARY]


def test_an_overtaken_draft_gives_way(traded: Settings) -> None:
    """A process that slept must not put back what was corrected meanwhile (I6)."""
    slow = build.draft(traded, VALUE)
    assert slow is not None
    put(traded, "reported_trade", [trade("99.00", JANUARY)], [JANUARY], LATE)
    built(traded, [VALUE])
    build.replace(traded, slow)
    assert [str(row["trade_value_usd"]) for row in rows(traded)] == ["99.00", "10.10", "10.10"]
    assert build.draft(traded, VALUE) is None


def test_indicators_come_after_what_they_read() -> None:
    """A share built before its values is a share of yesterday's values."""
    order = [each.id for each in indicators()]
    assert order.index("trade_value_usd") < order.index("trade_post_share_pct")
    assert order.index("trade_value_usd") < order.index("trade_product_hhi")


def test_a_change_goes_down_to_the_indicators_that_read_it(traded: Settings) -> None:
    """Gold that reads gold is as old as what it reads, by the ledger alone."""
    built(traded, indicators())
    put(traded, "reported_trade", [trade("99.00", FEBRUARY)], [FEBRUARY], LATE)
    share, concentration = indicator("trade_post_share_pct"), indicator("trade_product_hhi")
    assert stale_wholes(traded, share) == []
    built(traded, [VALUE])
    assert stale_wholes(traded, share) == [FEBRUARY]
    assert stale_wholes(traded, concentration) == [JANUARY]
    built(traded, [share, concentration])
    assert [str(row["value_usd"]) for row in rows(traded, "trade_product_hhi")] == ["109.10", "10.10"]
    others = {each.id for each in indicators() if "reported_trade" in each.reads_from("silver")} - {VALUE.id}
    assert others <= set(left := built(traded, indicators()))
    assert not {VALUE.id, share.id, concentration.id} & set(left)
    assert built(traded, indicators()) == []


def test_an_indicator_waits_while_an_input_is_held(traded: Settings) -> None:
    """A critical failure stops that table and all that reads it, and nothing else (D8)."""
    with lake.committing(traded, "test: hold") as con:
        con.execute("insert into ops.held values ('silver', 'reported_trade', 1, 'totals differ')")
    assert build.draft(traded, VALUE) is None
    with lake.reading(traded) as con:
        assert stale.held(con, VALUE) == ["silver.reported_trade: totals differ"]
        assert stale.held(con, indicator("people_crossings")) == []
    with lake.committing(traded, "test: free") as con:
        con.execute("delete from ops.held")
    assert built(traded, [VALUE]) == ["trade_value_usd"]


def test_an_input_that_was_never_settled_is_empty(settings: Settings) -> None:
    """Counts of one agency must not wait for another that has sent nothing yet."""
    lake.create(settings)
    month = date(2024, 6, 1)
    line = {"source": "bts", "reporter": "US", "post": "2504", "direction": "entry", "nationality": "_Z"}
    line |= {"measure": "pedestrians", "freq": "M", "reported_count": "40", "period_first_day": str(month)}
    put(settings, "reported_count", [line], [month], EARLY)
    built(settings, [indicator("people_crossings")])
    assert [row["people_crossings"] for row in rows(settings, "people_crossings")] == [40]


def test_days_of_a_month_are_replaced_with_it(settings: Settings) -> None:
    """An indicator by day and by month is replaced by the month; a day that emptied must not stay behind."""
    lake.create(settings)
    one = {"source": "esi", "administration": "EC", "coverage": "sample", "direction": "entry", "post": "macara"}
    first, second = date(2024, 6, 5), date(2024, 6, 6)
    crossings = [{**one, "event_id": str(day), "crossing_day": day} for day in (first, second)]
    put(settings, "crossing", crossings, [first, second], EARLY)
    built(settings, [indicator("people_crossings")])
    assert len(rows(settings, "people_crossings")) == 3
    put(settings, "crossing", [], [first], LATE)
    built(settings, [indicator("people_crossings")])
    found = [(row["period_first_day"], row["freq"]) for row in rows(settings, "people_crossings")]
    assert found == [(date(2024, 6, 1), "M"), (second, "D")]


def test_one_file_a_year_in_the_order_of_the_grain(traded: Settings) -> None:
    """Few large sorted files: a reader finds a month by their footers, and the same rows give the same bytes."""
    put(traded, "reported_trade", [trade("1.00", JANUARY, mode=mode) for mode in ("sea", "air")], [JANUARY], LATE)
    draft = build.draft(traded, VALUE)
    assert draft is not None
    assert [file.name for file in draft.files] == ["2022.parquet", "2023.parquet"]
    year = pl.read_parquet(draft.files[0])
    assert year.equals(year.sort(VALUE.header.grain))
    assert str(year.schema["trade_value_usd"]) == "Decimal(precision=38, scale=2)"
    draft.discard()


def test_without_a_lake_the_message_says_what_to_run(settings: Settings) -> None:
    """Somebody will type build first."""
    with pytest.raises(InputUnfit, match="puyango collect"):
        build.draft(settings, VALUE)


def test_an_unknown_indicator_is_refused_with_the_known_ones() -> None:
    """A typo must not build nothing in silence."""
    with pytest.raises(UsageRefused, match="trade_value_usd"):
        indicator("trade_value")


FAULTS = [
    pytest.param("from silver.reported_trade", "from silver.reported_trades", "silver.reported_trades", id="unknown"),
    pytest.param("from silver.reported_trade", "from reported_trade", "reads reported_trade", id="without its layer"),
    pytest.param("from silver.reported_trade", "from bronze.trade_report", "bronze.trade_report", id="another layer"),
    pytest.param("from silver.reported_trade", "from gold.trade_value_usd", "in a circle", id="itself"),
    pytest.param("from silver.reported_trade", "from read_csv('x.csv')", "read_csv", id="a file"),
    pytest.param("group by all", "group by all; select 1", "not one query", id="two statements"),
    pytest.param("group by all", "group all by", "not one query", id="bad SQL"),
]


def declared(folder: Path, right: str, wrong: str) -> Path:
    """Return a folder with one indicator, ``trade_value_usd`` with a change."""
    text = (INDICATORS / "trade_value_usd.sql").read_text(encoding="utf-8")
    assert right in text
    (folder / "trade_value_usd.sql").write_text(text.replace(right, wrong), encoding="utf-8")
    return folder


@pytest.mark.parametrize(("right", "wrong", "named"), FAULTS)
def test_a_query_that_reads_what_is_not_a_table_is_refused(tmp_path: Path, right: str, wrong: str, named: str) -> None:
    """Inputs are read from the SQL, so a misspelt one must be named, not taken for empty (O22)."""
    with pytest.raises(ConfigRefused) as refused:
        indicators(declared(tmp_path, right, wrong))
    assert "trade_value_usd" in refused.value.what
    assert named in refused.value.what


UNFIT = [
    pytest.param("count(*)       as lines", "count(*) as rows_", "lines, rows_", id="a column not described"),
    pytest.param("count(*)       as lines", "sum(1) as lines", "column lines is of type", id="a number of 128 bits"),
    pytest.param("as trade_value_usd", "as value_usd", "trade_value_usd, value_usd", id="the measure is not there"),
    pytest.param("sum(value_usd)", "sum(value_eur)", "value_eur", id="a column that does not exist"),
    pytest.param("    'F'            as conf_status", "    'x' as y", "conf_status", id="a regime without a status"),
    pytest.param("and period_first_day < $to", "", "rows outside", id="rows of other periods"),
]


@pytest.mark.parametrize(("right", "wrong", "named"), UNFIT)
def test_a_query_that_contradicts_its_header_changes_nothing(
    traded: Settings, tmp_path: Path, right: str, wrong: str, named: str
) -> None:
    """What is published must be described, exact, decided for publication, and of its period."""
    (each,) = indicators(declared(tmp_path, right, wrong))
    with pytest.raises(ConfigRefused) as refused:
        built(traded, [each])
    assert "warehouse/indicators/trade_value_usd.sql" in refused.value.what
    assert named in refused.value.what
    assert stale_wholes(traded, VALUE) == list(MONTHS)


def test_a_new_query_builds_every_period_and_a_new_form_replaces_the_table(traded: Settings, tmp_path: Path) -> None:
    """Half a table by the old method and half by the new would look like news."""
    built(traded, [VALUE])
    doubled = "[columns.doubled_usd]\nen = 'Twice.'\nes = 'El doble.'\nunit = 'USD'\n\n[columns.lines]"
    folder = declared(tmp_path, "[columns.lines]", doubled)
    path = folder / "trade_value_usd.sql"
    query = path.read_text(encoding="utf-8").replace(
        "sum(value_usd)", "2 * sum(value_usd) as doubled_usd,\nsum(value_usd)"
    )
    path.write_text(query, encoding="utf-8")
    (each,) = indicators(folder)
    assert stale_wholes(traded, each) == list(MONTHS)
    built(traded, [each])
    assert [str(row["doubled_usd"]) for row in rows(traded)] == ["20.20"] * 3
    built(traded, [VALUE])
    assert ["doubled_usd" in row for row in rows(traded)] == [False] * 3


def test_better_words_in_a_header_build_nothing(tmp_path: Path) -> None:
    """A corrected caveat is not another figure."""
    (each,) = indicators(declared(tmp_path, "Never add valuations", "Do not add valuations"))
    assert each.declaration == VALUE.declaration


def test_an_input_reaches_as_many_later_periods_as_the_header_says(traded: Settings, tmp_path: Path) -> None:
    """Growth on the year reads a month twelve later; that month must be built again too."""
    (each,) = indicators(declared(tmp_path, "reach = 0", "reach = 1"))
    assert stale_wholes(traded, each) == [JANUARY, FEBRUARY, date(2022, 3, 1), NEXT_YEAR, date(2023, 2, 1)]


def test_the_lake_says_what_a_column_means(traded: Settings) -> None:
    """An economist who attaches the lake sees the same words as in the mart."""
    built(traded, [VALUE])
    with lake.reading(traded) as con:
        asked = "select column_name, comment from duckdb_columns() where database_name = 'lake' and table_name = ?"
        said = dict(con.execute(asked, ["trade_value_usd"]).fetchall())
    assert said["trade_value_usd"] == "Value of the goods. — Valor de los bienes. [USD]"
    assert [name for name, text in said.items() if not text] == []


@pytest.mark.parametrize(
    ("kind", "first", "after"),
    [
        ("day", date(2024, 2, 29), date(2024, 3, 1)),
        ("month", date(2024, 2, 1), date(2024, 3, 1)),
        ("quarter", date(2024, 1, 1), date(2024, 4, 1)),
        ("year", date(2024, 1, 1), date(2025, 1, 1)),
    ],
)
def test_a_day_lies_in_one_period_of_each_kind(kind: str, first: date, after: date) -> None:
    """The leap day is the day on which home-made calendars break."""
    day = date(2024, 2, 29)
    assert (period.start(kind, day), period.later(kind, first)) == (first, after)
    assert len(list(period.within("day", first, after))) == (after - first).days


def test_shared_descriptions_are_used() -> None:
    """A description that no indicator uses is a promise about a column that does not exist."""
    text = DIMENSIONS.read_text(encoding="utf-8")
    used = {column.name for each in indicators() for column in each.header.columns}
    assert {line.strip("[]") for line in text.splitlines() if line.startswith("[")} <= used
