"""Net mass: complete where it claims to be, and nothing lost from the lines that report it."""

from expectations.rule import Rule
from expectations.volume import adds_up

BY = ("period_first_day", "freq", "source", "reporter", "flow", "partner", "valuation")

RULES = (
    adds_up(
        "available_net_mass_kg",
        BY,
        """
            select period_first_day, freq, source, reporter, flow, partner, valuation, sum(net_mass_kg) as source_sum
            from silver.reported_trade
            where freq in ('A', 'M')
              and period_first_day in (select period_first_day from {batch})
            group by all
            having count(net_mass_kg) > 0
        """,
    ),
    Rule(
        name="trade_net_mass_kg: null unless every line reports its mass",
        notes="A sum over some of the lines would be read as the mass of all of them (C14).",
        severity="critical",
        rows="select * from {batch} where (trade_net_mass_kg is not null) <> (lines_with_mass = lines)",
    ),
)
