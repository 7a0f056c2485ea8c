"""The rules written by hand: each passes good rows, bites on planted ones, and finds the real defects of real rows."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

import expectations.rules
from expectations import conservation
from expectations.declarations import rules, written
from expectations.engine import opened
from puyango.members import members
from tests.shipped import events
from transforms import engine as duck
from transforms import settle
from transforms.table import module

if TYPE_CHECKING:
    from collections.abc import Iterator

    from expectations.engine import Engine
    from expectations.rule import Rule
    from expectations.verdict import Verdict

FAMILY = "crossing_count"
LATE = "period_first_day > '2025-11-01'"
MONTHS = "generate_series(date '2024-01-01', date '2025-12-01', interval 1 month)"

COUNTS = f"""
    create or replace table rows as
    select
        's' as source, 'US' as reporter, post, 'Port ' || post as post_name, 'entry' as direction, 'M' as freq,
        month::date as period_first_day, measure, 'MX' as counterpart, 'PE' as nationality,
        null::varchar as source_repairs,
        case measure when 'trains' then 0 else 100 end::bigint as reported_count
    from (values ('0101'), ('0102')) as p (post), {MONTHS} as m (month), (values ('trucks'), ('trains')) as n (measure)
"""
TRADE = """
    create or replace table rows as
    select
        's' as source, 'US' as reporter, 'MX' as partner, 'X' as flow, 'FAS' as valuation, '2304' as post, 'M' as freq,
        'destination' as partner_concept, 'HS2022' as product_classification, '84' as product,
        date '2024-01-01' as period_first_day, 100::decimal(18, 2) as value_usd, 5::decimal(18, 3) as gross_mass_kg,
        null::decimal(18, 3) as net_mass_kg, 2::decimal(18, 2) as freight_usd
    from range(3)
"""
CROSSINGS = """
    create or replace table rows as
    select
        'EC' as administration, n::varchar as event_id, 'esi' as source, 'huaquillas' as post, 'entry' as direction,
        date '2024-01-01' + n::integer as crossing_day, 'Tourist' as migration_class, 'full' as coverage,
        null::varchar as source_repairs
    from range(3) as r (n)
"""
VALUE = f"""
    create schema if not exists silver;
    {TRADE.replace("rows", "silver.reported_trade")};
    insert into silver.reported_trade by name
        select * replace (date '2024-02-01' as period_first_day) from silver.reported_trade;
    create or replace table rows as
    select period_first_day, freq, source, reporter, flow, partner, valuation, sum(value_usd) as trade_value_usd
    from silver.reported_trade
    group by all
"""
MASS = f"""
    create schema if not exists silver;
    {TRADE.replace("rows", "silver.reported_trade")};
    create or replace table rows as
    select
        period_first_day, freq, source, reporter, flow, partner, valuation, sum(gross_mass_kg) as trade_gross_mass_kg,
        sum(gross_mass_kg) as available_gross_mass_kg, count(gross_mass_kg) as lines_with_mass, count(*) as lines
    from silver.reported_trade
    group by all
"""
SHARES = """
    create or replace table rows as
    select
        date '2024-01-01' as period_first_day, 'M' as freq, 's' as source, 'US' as reporter, 'X' as flow,
        'destination' as partner_concept, 'MX' as partner, 'HS2022' as product_classification, 'FAS' as valuation,
        post, 100 / 3.0 as trade_post_share_pct, 10::decimal(18, 2) as post_value_usd,
        30::decimal(18, 2) as all_posts_value_usd, 3 as posts_with_data
    from (values ('0101'), ('0102'), ('0103')) as p (post)
"""
CONCENTRATION = (
    "create or replace table rows as select 0.38 as trade_product_hhi, 3 as products, 1 / 0.38 as effective_products"
)
VEHICLES = f"""
    create schema if not exists silver;
    {COUNTS.replace("rows", "silver.reported_count")};
    create or replace table rows as
    select
        period_first_day, freq, source, reporter, counterpart, measure, sum(reported_count) as vehicle_reported_count
    from silver.reported_count
    group by all
"""
PEOPLE = f"""
    create schema if not exists silver;
    {COUNTS.replace("rows", "silver.reported_count").replace("trucks", "people").replace("trains", "pedestrians")};
    {CROSSINGS.replace("rows", "silver.crossing")};
    create or replace table rows as
    select
        period_first_day, freq, source, reporter, post, direction, measure, 'full' as coverage,
        sum(reported_count) as people_crossings
    from silver.reported_count
    group by all
    union all
    select
        case f when 'D' then crossing_day else date_trunc('month', crossing_day)::date end, f, source, administration,
        post, direction, 'people', coverage, count(*)
    from silver.crossing, (values ('D'), ('M')) as x (f)
    group by all
"""
ENTRIES = f"""
    create schema if not exists silver;
    {COUNTS.replace("rows", "silver.reported_count").replace("trucks", "people")};
    {CROSSINGS.replace("rows", "silver.crossing")};
    create or replace table rows as
    select
        period_first_day, freq, source, reporter, nationality, 'full' as coverage, false as own_national,
        sum(reported_count) as people_entries_by_nationality
    from silver.reported_count
    where measure = 'people'
    group by all
    union all
    select date '2024-01-01', 'M', source, administration, 'PE', coverage, false, count(*)
    from silver.crossing
    group by all
"""
VIEWS = f"""
    create schema if not exists silver;
    {COUNTS.replace("rows", "silver.reported_count").replace("trucks", "people").replace("'US'", "'EC'")};
    create or replace table rows as
    select period_first_day, freq, source, nationality, 'ec_entries' as view, sum(reported_count) as people_both_views
    from silver.reported_count
    where measure = 'people'
    group by all
"""
BALANCE = """
    create or replace table rows as
    select 'EC' as reporter, 'PE' as nationality, 300 as people_net_balance, 6_000 as entries, 5_700 as exits
    union all
    select 'EC', 'CL', null, null, 9
"""
EMPTY = """
    create or replace table rows as
    from (values (25::double, 1, 3), (null, 6, null), (null, 0, 0))
        as r (vehicle_empty_share_pct, empty_containers, loaded_containers)
"""
GROWTH = """
    create or replace table rows as
    from (values (25.0, 50, 40, 'A'), (null, 7, 0, 'M'), (null, 13, 62, 'B'))
        as r (vehicle_count_growth_yoy_pct, reported_count, year_before_count, obs_status)
"""
NET_MASS = (
    MASS.replace("null::decimal(18, 3) as net_mass_kg", "5::decimal(18, 3) as net_mass_kg")
    .replace("gross_mass_kg, sum", "net_mass_kg, sum")
    .replace("(gross_mass_kg)", "(net_mass_kg)")
    .replace("trade_gross_mass_kg", "trade_net_mass_kg")
    .replace("available_gross_mass_kg", "available_net_mass_kg")
)
UNIT_VALUE = """
    create or replace table rows as
    from (values (2.5, 50.00, 20.0, 60.00, 4, 1, 6), (null, null, null, 5.00, 0, 0, 1)) as r (
        trade_unit_value_usd_per_kg, priced_value_usd, priced_mass_kg, all_value_usd, priced_lines, outlier_lines, lines
    )
"""
FOB_CIF = """
    create or replace table rows as
    from (values (-20.00, 80.00, 100.00, -1 / 9.0), (0.00, 0.00, 0.00, null))
        as r (trade_balance_fob_cif_usd, exports_fob_usd, imports_cif_usd, normalised_balance)
"""
GAP = """
    create or replace table rows as
    from (values
        (30.00, 37.80, 100.00, 137.80, 130.00, 1.06, 'both'),
        (-4.00, -4.00, 4.00, null, null, 1.06, 'exporter'),
        (50.00, 53.00, null, 53.00, 50.00, 1.06, 'importer')
    ) as r (
        mirror_gap_fob_usd, reported_gap_usd, exporter_fob_usd, importer_cif_usd, importer_fob_usd, cif_fob_ratio, sides
    )
"""
ASYMMETRY = """
    create or replace table rows as
    select
        date '2011-01-01' as period_first_day, 'A' as freq, 's' as source, 'PE' as exporter, 'EC' as importer,
        'FCL' as product_classification, product, gap_fob_usd, absolute_gap_fob_usd, items
    from (values ('0022', 30.00, 30.00, 1), ('0257', -40.00, 40.00, 1), ('_T', -10.00, 70.00, 2))
        as r (product, gap_fob_usd, absolute_gap_fob_usd, items)
"""
MATCHED = """
    create or replace table rows as
    select
        80.0 as mirror_matched_value_pct, 15 as exporter_only_fob_usd, 5 as importer_only_cif_usd,
        100 as both_reported_usd, 3 as matched_gap_usd, 7 as matched_absolute_gap_usd
"""
SEGMENTS = f"""
    create schema if not exists bronze;
    attach if not exists ':memory:' as lake;
    create schema if not exists lake.ops;
    create or replace table bronze.{FAMILY} as
        select 'c' as chain, 0 as partition, n as "offset", n as value_hash from range(20) as r (n) where n <> 3;
    create or replace table lake.ops.position as
        select '{FAMILY}' as family, 'c' as chain, 0 as partition, 21 as next_offset;
    create or replace table rows as
    select 'c' as chain, 0 as partition, first_offset, next_offset, rows, good, refused, gap_offsets
    from (values (0, 10, 10, 9, 1, 0), (10, 21, 10, 10, 0, 1))
        as s (first_offset, next_offset, rows, good, refused, gap_offsets)
"""

GOOD = {
    "reported_count": COUNTS,
    "reported_trade": TRADE,
    "crossing": CROSSINGS,
    "trade_value_usd": VALUE,
    "trade_gross_mass_kg": MASS,
    "trade_post_share_pct": SHARES,
    "trade_product_hhi": CONCENTRATION,
    "vehicle_reported_count": VEHICLES,
    "people_crossings": PEOPLE,
    "people_entries_by_nationality": ENTRIES,
    "people_both_views": VIEWS,
    "people_net_balance": BALANCE,
    "vehicle_empty_share_pct": EMPTY,
    "vehicle_count_growth_yoy_pct": GROWTH,
    "trade_net_mass_kg": NET_MASS,
    "trade_unit_value_usd_per_kg": UNIT_VALUE,
    "trade_balance_fob_cif_usd": FOB_CIF,
    "trade_balance_fas_customs_usd": FOB_CIF.replace("fob", "fas").replace("cif", "customs"),
    "mirror_gap_fob_usd": GAP,
    "mirror_asymmetry_pct": ASYMMETRY,
    "mirror_matched_value_pct": MATCHED,
    FAMILY: SEGMENTS,
}

SPOIL = {
    "publishers keep their habit of printing zero rows": f"delete from rows where measure = 'trains' and {LATE}",
    "a post's name belongs to one post": "update rows set post_name = 'Eastport'",
    "columns stand where their documentation puts them": "update rows set source_repairs = 'columns_swapped'",
    "the nationality of people is known": "update rows set measure = 'people', nationality = '_U'",
    "own nationals are counted in every period or in none": (
        f"update rows set measure = 'people', nationality = case when {LATE} then 'US' else 'PE' end"
    ),
    "every reporter of a source is there to its last period": (
        f"insert into rows by name select * replace ('CA' as reporter) from rows where not {LATE}"
    ),
    "the last period has as many posts as the one before": f"delete from rows where post = '0102' and {LATE}",
    "exports report their mass": "update rows set gross_mass_kg = null",
    "goods of value have mass": "update rows set gross_mass_kg = 0",
    "no reporter is its own partner": "update rows set partner = 'US'",
    "the post of crossing is known": "update rows set post = '23XX'",
    "what one country reports of a flow, the other reports too": """
        insert into rows by name
        select * replace ('MX' as reporter, 'US' as partner, 'M' as flow, 'origin' as partner_concept, '85' as product)
        from rows
    """,
    "freight costs less than the goods": "update rows set freight_usd = 101",
    "columns keep their names": "update rows set source_repairs = 'bom_removed+column_renamed'",
    "columns keep their order": "update rows set source_repairs = 'columns_reordered'",
    "months come as numbers": "update rows set source_repairs = 'bom_removed+month_name'",
    "files come without a byte order mark": "update rows set source_repairs = 'bom_removed+month_name'",
    "the class of admission is stated": "update rows set migration_class = null",
    "the source holds every crossing": "update rows set coverage = 'sample'",
    "trade_value_usd: adds up to what it is made of": "update rows set trade_value_usd = trade_value_usd + 0.01",
    "trade_value_usd: does not collapse": "update rows set trade_value_usd = 149 where period_first_day = '2024-02-01'",
    "available_gross_mass_kg: adds up to what it is made of": "update rows set available_gross_mass_kg = null",
    "trade_gross_mass_kg: null unless every line reports its mass": "update rows set lines_with_mass = 2",
    "trade_post_share_pct: the shares of a whole sum to 100": "delete from rows where post = '0103'",
    "all_posts_value_usd: is the sum of the posts": "update rows set all_posts_value_usd = 40",
    "trade_product_hhi: lies in [1/n, 1]": "update rows set trade_product_hhi = 0.33",
    "effective_products: no more than there are products": "update rows set effective_products = 3.5",
    "vehicle_reported_count: adds up to what it is made of": "delete from silver.reported_count where post = '0102'",
    "vehicle_reported_count: does not collapse": f"update rows set vehicle_reported_count = 39 where {LATE}",
    "people_crossings: adds up to what it is made of": "delete from silver.crossing where event_id = '1'",
    "people_crossings: the days of a month add up to it": "update rows set people_crossings = 9 where freq = 'D'",
    "people_crossings: does not collapse": f"update rows set people_crossings = 19 where {LATE}",
    "people_entries_by_nationality: adds up to what it is made of": "delete from silver.crossing where event_id = '1'",
    "own_national: is the nationality of the country that recorded": "update rows set own_national = true",
    "people_entries_by_nationality: does not collapse": (
        f"update rows set people_entries_by_nationality = 39 where {LATE}"
    ),
    "people_both_views: adds up to what it is made of": f"delete from silver.reported_count where {LATE}",
    "people_net_balance: is entries less exits, or not known": (
        "update rows set people_net_balance = -9 where nationality = 'CL'"
    ),
    "people_net_balance: at most half of the flows of a month": (
        "update rows set people_net_balance = 54_300, entries = 60_000 where nationality = 'PE'"
    ),
    "vehicle_empty_share_pct: is of both counts, or not known": (
        "update rows set vehicle_empty_share_pct = 100 where loaded_containers is null"
    ),
    "vehicle_count_growth_yoy_pct: takes the base to the count": (
        "update rows set vehicle_count_growth_yoy_pct = -79 where obs_status = 'B'"
    ),
    "available_net_mass_kg: adds up to what it is made of": "update rows set available_net_mass_kg = null",
    "trade_net_mass_kg: null unless every line reports its mass": "update rows set lines_with_mass = 2",
    "trade_unit_value_usd_per_kg: is the value over the mass beside it": (
        "update rows set trade_unit_value_usd_per_kg = 6.5 where priced_lines > 0"
    ),
    "outlier_lines: leave the value of all lines as it was": "update rows set all_value_usd = 40",
    "outlier_lines: at most a fifth of the lines that have value and mass": "update rows set outlier_lines = 2",
    "trade_balance_fob_cif_usd: is exports less imports": "update rows set trade_balance_fob_cif_usd = 20",
    "trade_balance_fas_customs_usd: is exports less imports": "update rows set normalised_balance = 1 / 9.0",
    "mirror_gap_fob_usd: is the importer's FOB equivalent less the exporter's value": (
        "update rows set mirror_gap_fob_usd = null, reported_gap_usd = 0 where sides = 'exporter'"
    ),
    "sides: say who reports": "update rows set sides = 'both'",
    "gap_fob_usd: of all products is the sum over the products": "delete from rows where product = '0257'",
    "absolute_gap_fob_usd: no smaller than the gap with its sign": "update rows set absolute_gap_fob_usd = 0",
    "mirror_matched_value_pct: with the one-sided products makes a hundred": (
        "update rows set mirror_matched_value_pct = 85"
    ),
    "matched_absolute_gap_usd: no smaller than the gap with its sign": "update rows set matched_gap_usd = -8",
    "segments: every row is good or refused": "update rows set refused = 0",
    "segments: every offset is a row or a gap": "update rows set gap_offsets = 0",
    "segments: each begins where the one before ends": "update rows set first_offset = 11 where first_offset = 10",
    "ledger: the position is the end of the chain": "update lake.ops.position set next_offset = 10",
    "bronze: holds every good row of the segments once": f"insert into bronze.{FAMILY} values ('c', 0, 5, 5)",
}

REAL = {
    ("reported_count", "us_bts"): {
        "marks: nothing repeated": 10,
        "marks: nothing conflicting": 1,
        "publishers keep their habit of printing zero rows": 12,
        "a post's name belongs to one post": 1,
        "the last period has as many posts as the one before": 1,
    },
    ("reported_count", "iom"): {
        "columns stand where their documentation puts them": 43_431,
        "the nationality of people is known": 188 + 224,
        "own nationals are counted in every period or in none": 6,
        "every reporter of a source is there to its last period": 13,
    },
    ("reported_trade", "fao"): {
        "exports report their mass": 7,
        "goods of value have mass": 10,
        "what one country reports of a flow, the other reports too": 13 + 14 + 9 + 3,
    },
    ("reported_trade", "us_transborder"): {
        "exports report their mass": 92_684,
        "goods of value have mass": 367,
        "the post of crossing is known": 46_432,
        "freight costs less than the goods": 180,
    },
    ("crossing", "ec_inec_esi"): {
        "columns keep their names": 1_000,
        "columns keep their order": 1_000,
        "months come as numbers": 3_000,
        "files come without a byte order mark": 3_000,
        "the class of admission is stated": 102,
        "the source holds every crossing": 3_000,
    },
}
WRITTEN = [
    *((found.__name__.rpartition(".")[2], rule) for found in members(expectations.rules) for rule in found.RULES),
    *((FAMILY, rule) for rule in conservation.rules(FAMILY)),
]


@pytest.fixture(scope="module")
def engine() -> Iterator[Engine]:
    """Return an engine over a database of its own."""
    with duck.connect() as con, opened(con) as engine:
        yield engine


def judged(engine: Engine, table: str, *rules: Rule) -> list[Verdict]:
    return engine.judge("any", table, "select * from rows", rules)


@pytest.mark.parametrize("table", GOOD)
def test_good_rows_pass_every_rule_of_their_table(engine: Engine, table: str) -> None:
    """A rule that complains of good rows teaches people to look away."""
    engine.con.execute(GOOD[table])
    asked = [rule for name, rule in WRITTEN if name == table]
    assert [(v.rule, v.outcome) for v in judged(engine, table, *asked) if v.outcome != "passed"] == []


@pytest.mark.parametrize(("table", "rule"), WRITTEN, ids=[f"{table}: {rule.name}" for table, rule in WRITTEN])
def test_each_rule_bites_on_planted_rows(engine: Engine, table: str, rule: Rule) -> None:
    """A rule without a defect that it finds is not finished: add the defect to SPOIL."""
    engine.con.execute(GOOD[table])
    engine.con.execute(SPOIL[rule.name])
    (verdict,) = judged(engine, table, rule)
    assert (verdict.outcome, verdict.stops) == ("failed", rule.severity == "critical")


def test_a_lost_row_of_bronze_is_found_as_surely_as_a_doubled_one(engine: Engine) -> None:
    """Conservation counts both ways (I1)."""
    engine.con.execute(SEGMENTS)
    engine.con.execute(f"delete from bronze.{FAMILY} where value_hash = 7")
    failed = [v.rule for v in judged(engine, FAMILY, *conservation.rules(FAMILY)) if v.outcome == "failed"]
    assert failed == ["bronze: holds every good row of the segments once"]


def test_a_chain_that_bronze_has_and_the_ledger_has_not_is_found(engine: Engine) -> None:
    """Rows of a chain that nobody collected came from nowhere."""
    engine.con.execute(SEGMENTS)
    engine.con.execute(f"insert into bronze.{FAMILY} values ('other', 0, 1, 1)")
    failed = [v.rule for v in judged(engine, FAMILY, *conservation.rules(FAMILY)) if v.outcome == "failed"]
    assert failed == ["bronze: holds every good row of the segments once"]


@pytest.mark.parametrize(("name", "publisher"), REAL)
def test_the_real_defects_of_the_shipped_data_are_found_as_warnings_and_nothing_else(
    engine: Engine, name: str, publisher: str
) -> None:
    """What the publishers' files really hold: duplicates, new habits, unreported mass, renamed columns.

    Every figure is one that the README of the data states or that follows from it; a warning must not stop
    the figures that are right.
    """
    settled = settle.whole(events(publisher), module(name).TABLE).collect()
    engine.con.register("settled", settled)
    engine.con.execute("create or replace table rows as select * from settled")
    verdicts = judged(engine, name, *rules("silver", name))
    assert {v.rule: v.unexpected for v in verdicts if v.outcome != "passed"} == REAL[name, publisher]
    assert not any(verdict.stops for verdict in verdicts)


def test_a_table_without_a_file_of_rules_has_only_those_it_declares() -> None:
    """Rules by hand are for what no declaration can say; most tables need none."""
    assert written("crossing_count") == ()
    assert {rule.name for rule in written("crossing")} <= {rule.name for rule in rules("silver", "crossing")}
