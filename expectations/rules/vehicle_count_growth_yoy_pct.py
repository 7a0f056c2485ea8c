"""Growth on the year: from a base that was published, and not across a break."""

from expectations.rule import Rule

RULES = (
    Rule(
        name="vehicle_count_growth_yoy_pct: takes the base to the count",
        name_es="vehicle_count_growth_yoy_pct: lleva de la base al conteo",
        notes="Growth from another base than that beside it, from none, or across a break (C15, C18).",
        notes_es="Un crecimiento desde otra base que la que tiene al lado, desde ninguna, o a través de un quiebre "
        "(C15, C18).",
        severity="critical",
        rows="""
            select *
            from {batch}
            where (vehicle_count_growth_yoy_pct is null) <> (year_before_count = 0 or obs_status = 'B')
               or abs(year_before_count * (1 + vehicle_count_growth_yoy_pct / 100) - reported_count) > 1e-3
        """,
    ),
)
