"""Lengths of stay: a month that is known, and one too young for its median."""

GOOD = {
    "stay_median_nights": """
        create or replace table rows as
        select
            4 as stay_median_nights,
            7 as p75_nights,
            4 as lower_nights,
            5 as upper_nights,
            80 as entries,
            30 as censored,
            2 as reentered
        union all
        select null, null, null, null, 9, 9, 0
    """
}

SPOIL = {
    "stay_median_nights: lies between its bounds": "update rows set lower_nights = 6 where reentered = 2",
    "stay_median_nights: is of no more people than came": "update rows set censored = 10 where reentered = 0",
}
