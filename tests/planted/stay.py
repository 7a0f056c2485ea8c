"""Stays of a month: one in a hundred and twenty who came in again without having left."""

GOOD = {
    "stay": """
        create or replace table rows as
        select
            'EC' as administration,
            'register' as source,
            'e' || number as event_id,
            date '2024-03-01' as crossing_day,
            case when number = 0 then 'reentered' when number = 1 then 'open' else 'left' end as outcome,
            case when number > 1 then 'x' || number end as exit_event_id,
            case when number > 1 then date '2024-03-04' end as exit_day,
            case when number > 1 then 3 end as nights,
            case when number = 0 then 9 end as bound_nights
        from range(120) as traveller (number)
    """
}

SPOIL = {
    "stay: nights are those between its two days, and only of who left": (
        "update rows set nights = 4 where exit_event_id = 'x7'"
    ),
    "stay: no exit ends two stays": "update rows set exit_event_id = 'x7' where exit_event_id = 'x8'",
    "stay: few people come in twice without having left": (
        "update rows set outcome = 'reentered' where event_id like 'e1%'"
    ),
}
