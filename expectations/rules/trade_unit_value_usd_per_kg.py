"""Unit values: a value over a mass, both of the same lines."""

from expectations.rule import Rule

RULES = (
    Rule(
        name="trade_unit_value_usd_per_kg: is the value over the mass beside it",
        notes="A unit value of other lines than those beside it, or the mean of prices (T17).",
        severity="critical",
        rows="""
            select *
            from {batch}
            where (trade_unit_value_usd_per_kg is null) <> (priced_lines = 0)
               or abs(trade_unit_value_usd_per_kg * priced_mass_kg / nullif(priced_value_usd, 0) - 1) > 1e-9
        """,
    ),
    Rule(
        name="outlier_lines: leave the value of all lines as it was",
        notes="Outliers leave the unit value, never the value (T21).",
        severity="critical",
        rows="select * from {batch} where priced_value_usd > all_value_usd or priced_lines + outlier_lines > lines",
    ),
    Rule(
        name="outlier_lines: at most a fifth of the lines that have value and mass",
        notes="Where many lines are far from the median, the stratum is not one good, and its unit value says little.",
        rows="select * from {batch} where 5 * outlier_lines > priced_lines + outlier_lines",
    ),
)
