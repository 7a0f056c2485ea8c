"""Unit values: a value over a mass, both of the same lines."""

from expectations.rule import Rule

RULES = (
    Rule(
        name="trade_unit_value_usd_per_kg: is the value over the mass beside it",
        name_es="trade_unit_value_usd_per_kg: es el valor entre la masa que tiene al lado",
        notes="A unit value of other lines than those beside it, or the mean of prices (T17).",
        notes_es="Un valor unitario de otras líneas que las que tiene al lado, o un promedio de precios (T17).",
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
        name_es="outlier_lines: dejan el valor de todas las líneas como estaba",
        notes="Outliers leave the unit value, never the value (T21).",
        notes_es="Los valores atípicos salen del valor unitario, nunca del valor (T21).",
        severity="critical",
        rows="select * from {batch} where priced_value_usd > all_value_usd or priced_lines + outlier_lines > lines",
    ),
    Rule(
        name="outlier_lines: at most a fifth of the lines that have value and mass",
        name_es="outlier_lines: a lo sumo una quinta parte de las líneas con valor y masa",
        notes="Where many lines are far from the median, the stratum is not one good, and its unit value says little.",
        notes_es="Donde muchas líneas están lejos de la mediana, el estrato no es un solo bien y su valor unitario dice"
        " poco.",
        rows="select * from {batch} where 5 * outlier_lines > priced_lines + outlier_lines",
    ),
)
