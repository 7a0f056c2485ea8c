"""Coverage of crossing points: a busy day, and one on which a feed was down."""

GOOD = {
    "people_mirror_coverage_pct": """
        create or replace table rows as
        select
            940 as recorded_exits,
            980 as recorded_entries,
            40 as signed_gap,
            4700 / 49 as people_mirror_coverage_pct
        union all
        select null, 500, null, null
    """
}

SPOIL = {
    "people_mirror_coverage_pct: follows from the counts beside it": (
        "update rows set people_mirror_coverage_pct = 0 where recorded_exits is null"
    ),
    "people_mirror_coverage_pct: both sides of a crossing point see the same people": (
        "update rows set people_mirror_coverage_pct = 50 where recorded_exits = 940"
    ),
}
