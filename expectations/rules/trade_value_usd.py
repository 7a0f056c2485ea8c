"""Trade value: nothing lost between the published lines and the figures."""

from expectations.volume import adds_up, steady

BY = ("period_first_day", "freq", "source", "reporter", "flow", "partner", "valuation")

RULES = (
    adds_up(
        "trade_value_usd",
        BY,
        "select *, value_usd as amount from silver.reported_trade where freq in ('A', 'M')",
    ),
    steady("trade_value_usd", ("source", "reporter", "flow"), months=1, least_pct=50),
)
