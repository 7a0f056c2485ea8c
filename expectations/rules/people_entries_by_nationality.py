"""Entries by nationality: nothing lost between counts, desks and figures."""

from expectations.rule import Rule
from expectations.volume import adds_up, steady

BY = ("period_first_day", "freq", "source", "reporter", "coverage")

RULES = (
    adds_up(
        "people_entries_by_nationality",
        BY,
        """
            select *, 'full' as coverage, reported_count as amount
            from silver.reported_count
            where freq = 'M'
              and measure = 'people'
              and direction = 'entry'
              and nationality <> '_Z'
        """,
        """
            select
                date_trunc('month', crossing_day)::date as period_first_day,
                'M' as freq,
                source,
                administration as reporter,
                coverage,
                1 as amount
            from silver.crossing
            where direction = 'entry'
        """,
    ),
    Rule(
        name="own_national: is the nationality of the country that recorded",
        name_es="own_national: es la nacionalidad del país que registró",
        notes="Whoever leaves own nationals out to compare years would leave out others.",
        notes_es="Quien excluye a los nacionales propios para comparar años excluiría a otras personas.",
        severity="critical",
        rows="select * from {batch} where own_national <> (nationality = reporter)",
    ),
    steady(
        "people_entries_by_nationality", ("source", "reporter", "coverage", "own_national"), months=12, least_pct=20
    ),
)
