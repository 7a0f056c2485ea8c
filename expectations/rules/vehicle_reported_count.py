"""Vehicles and containers: nothing lost between the published counts and the figures."""

from expectations.volume import adds_up, steady

BY = ("period_first_day", "freq", "source", "reporter", "counterpart", "measure")

RULES = (
    adds_up(
        "vehicle_reported_count",
        BY,
        """
            select *, reported_count as amount
            from silver.reported_count
            where freq = 'M'
              and measure not in ('people', 'pedestrians')
              and measure not like '%passengers'
        """,
    ),
    steady("vehicle_reported_count", ("source", "reporter", "measure"), months=12, least_pct=20),
)
