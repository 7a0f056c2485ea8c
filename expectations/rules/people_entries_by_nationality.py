"""Entries by nationality: nothing lost between counts, desks and figures."""

from expectations.rule import Rule
from expectations.volume import adds_up, steady

BY = ("period_first_day", "freq", "source", "reporter", "coverage")

RULES = (
    adds_up(
        "people_entries_by_nationality",
        BY,
        """
            select period_first_day, freq, source, reporter, 'full' as coverage, sum(reported_count) as source_sum
            from silver.reported_count
            where freq = 'M'
              and measure = 'people'
              and direction = 'entry'
              and nationality <> '_Z'
              and period_first_day in (select period_first_day from {batch})
            group by all

            union all

            select date_trunc('month', crossing_day)::date as first_day, 'M', source, administration, coverage, count(*)
            from silver.crossing
            where direction = 'entry'
              and first_day in (select period_first_day from {batch})
            group by all
        """,
    ),
    Rule(
        name="own_national: is the nationality of the country that recorded",
        notes="Whoever leaves own nationals out to compare years would leave out others.",
        severity="critical",
        rows="select * from {batch} where own_national <> (nationality = reporter)",
    ),
    steady(
        "people_entries_by_nationality", ("source", "reporter", "coverage", "own_national"), months=12, least_pct=20
    ),
)
