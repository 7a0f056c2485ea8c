"""Crossings of people: nothing lost between counts, desks and figures."""

from expectations.rule import Rule
from expectations.volume import adds_up, steady

BY = ("period_first_day", "freq", "source", "reporter", "direction", "measure", "coverage")

RULES = (
    adds_up(
        "people_crossings",
        BY,
        """
            select *, 'full' as coverage, reported_count as amount
            from silver.reported_count
            where freq in ('D', 'M')
              and (measure in ('people', 'pedestrians') or measure like '%passengers')
        """,
        """
            select
                case desk.freq
                    when 'D' then crossing_day
                    else date_trunc('month', crossing_day)::date
                end as period_first_day,
                desk.freq,
                source,
                administration as reporter,
                direction,
                'people' as measure,
                coverage,
                1 as amount
            from silver.crossing
            cross join (values ('D'), ('M')) as desk (freq)
        """,
    ),
    Rule(
        name="people_crossings: the days of a month add up to it",
        name_es="people_crossings: los días de un mes suman el mes",
        notes="A month that differs from its days was built from other records than they were.",
        notes_es="Un mes que difiere de sus días se construyó con otros registros que ellos.",
        counts="cases",
        rows="""
            with total as (
                select
                    date_trunc('month', period_first_day)                as month_first_day,
                    source,
                    reporter,
                    post,
                    direction,
                    measure,
                    coverage,
                    sum(people_crossings) filter (freq = 'D') as by_day,
                    sum(people_crossings) filter (freq = 'M') as by_month
                from {batch}
                group by all
            )
            select * from total where by_day <> by_month
        """,
    ),
    steady("people_crossings", ("source", "reporter", "measure", "coverage"), months=12, least_pct=20),
)
