"""Rows of published counts, and of the figures made of them: in order, and spoilt for each rule."""

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
VEHICLES = f"""
    create schema if not exists silver;
    {COUNTS.replace("rows", "silver.reported_count")};
    create or replace table rows as
    select
        period_first_day, freq, source, reporter, counterpart, measure, sum(reported_count) as vehicle_reported_count
    from silver.reported_count
    group by all
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

GOOD = {
    "reported_count": COUNTS,
    "vehicle_reported_count": VEHICLES,
    "vehicle_empty_share_pct": EMPTY,
    "vehicle_count_growth_yoy_pct": GROWTH,
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
    "every reporter of a source is there from its first period": (
        f"insert into rows by name select * replace ('CA' as reporter) from rows where {LATE}"
    ),
    "the last year of every reporter has all its months": f"delete from rows where {LATE}",
    "no post begins amid the series of its source": f"delete from rows where post = '0102' and not {LATE}",
    "the last period has as many posts as the one before": f"delete from rows where post = '0102' and {LATE}",
    "vehicle_reported_count: adds up to what it is made of": "delete from silver.reported_count where post = '0102'",
    "vehicle_reported_count: does not collapse": f"update rows set vehicle_reported_count = 39 where {LATE}",
    "vehicle_empty_share_pct: is of both counts, or not known": (
        "update rows set vehicle_empty_share_pct = 100 where loaded_containers is null"
    ),
    "vehicle_count_growth_yoy_pct: takes the base to the count": (
        "update rows set vehicle_count_growth_yoy_pct = -79 where obs_status = 'B'"
    ),
}
