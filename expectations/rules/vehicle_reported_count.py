"""Vehicles and containers: nothing lost between the published counts and the figures."""

from expectations.volume import adds_up, steady

BY = ("period_first_day", "freq", "source", "reporter", "counterpart", "measure")

RULES = (
    adds_up(
        "vehicle_reported_count",
        BY,
        """
            select period_first_day, freq, source, reporter, counterpart, measure, sum(reported_count) as source_sum
            from silver.reported_count
            where freq = 'M'
              and period_first_day in (select period_first_day from {batch})
              and measure in (
                  'buses',
                  'personal_vehicles',
                  'rail_containers_empty',
                  'rail_containers_loaded',
                  'trains',
                  'truck_containers_empty',
                  'truck_containers_loaded',
                  'trucks'
              )
            group by all
        """,
    ),
    steady("vehicle_reported_count", ("source", "reporter", "measure"), months=12, least_pct=20),
)
