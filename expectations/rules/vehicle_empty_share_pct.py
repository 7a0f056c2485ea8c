"""Empty containers: a share of both counts, or none."""

from expectations.rule import Rule

RULES = (
    Rule(
        name="vehicle_empty_share_pct: is of both counts, or not known",
        notes="A share over one count alone is 0 or 100 of containers that nobody counted (P15).",
        severity="critical",
        rows="""
            select *
            from {batch}
            where (vehicle_empty_share_pct is null) <> coalesce(empty_containers + loaded_containers = 0, true)
               or abs(vehicle_empty_share_pct * (empty_containers + loaded_containers) - 100 * empty_containers) > 1e-3
        """,
    ),
)
