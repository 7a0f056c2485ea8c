"""Both countries' series: nothing lost, and nothing compared."""

from expectations.volume import adds_up

BY = ("period_first_day", "freq", "source", "nationality")

RULES = (
    adds_up(
        "people_both_views",
        BY,
        """
            select *, reported_count as amount
            from silver.reported_count
            where freq = 'M'
              and measure = 'people'
              and reporter in ('EC', 'PE')
              and nationality in ('EC', 'PE')
        """,
    ),
)
