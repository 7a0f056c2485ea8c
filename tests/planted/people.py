"""Rows of migration desks, and of the figures about people: in order, and spoilt for each rule."""

from tests.planted.counts import COUNTS, LATE

CROSSINGS = """
    create or replace table rows as
    select
        'EC' as administration, n::varchar as event_id, 'esi' as source, 'huaquillas' as post, 'entry' as direction,
        date '2024-01-01' + n::integer as crossing_day, 'Tourist' as migration_class, 'full' as coverage,
        null::varchar as source_repairs
    from range(3) as r (n)
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

GOOD = {
    "crossing": CROSSINGS,
    "people_crossings": PEOPLE,
    "people_entries_by_nationality": ENTRIES,
    "people_both_views": VIEWS,
    "people_net_balance": BALANCE,
}

SPOIL = {
    "columns keep their names": "update rows set source_repairs = 'bom_removed+column_renamed'",
    "columns keep their order": "update rows set source_repairs = 'columns_reordered'",
    "months come as numbers": "update rows set source_repairs = 'bom_removed+month_name'",
    "files come without a byte order mark": "update rows set source_repairs = 'bom_removed+month_name'",
    "the class of admission is stated": "update rows set migration_class = null",
    "the source holds every crossing": "update rows set coverage = 'sample'",
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
}
