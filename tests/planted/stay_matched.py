"""Matched shares of one month at two ages."""

GOOD = {
    "stay_matched_share_pct": """
        create or replace table rows as
        select
            date '2024-03-01' as period_first_day,
            'register' as source,
            'EC' as reporter,
            'PE' as nationality,
            age.nights as cohort_age_nights,
            200 as entries,
            age.matched,
            age.matched / 2 as stay_matched_share_pct
        from (values (30, 150), (180, 160)) as age (nights, matched)
    """
}

SPOIL = {
    "stay_matched_share_pct: grows with the age of the cohort": (
        "update rows set matched = 161 where cohort_age_nights = 30"
    ),
    "stay_matched_share_pct: half of a large cohort is known to have left after 180 nights": (
        "update rows set stay_matched_share_pct = 49 where cohort_age_nights = 180"
    ),
}
