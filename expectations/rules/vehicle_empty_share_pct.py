"""Empty containers: a share of both counts, or none."""

from expectations.rule import Rule

RULES = (
    Rule(
        name="vehicle_empty_share_pct: is of both counts, or not known",
        name_es="vehicle_empty_share_pct: es de ambos conteos, o no se conoce",
        notes="A share over one count alone is 0 or 100 of containers that nobody counted (P15).",
        notes_es="Una participación de un solo conteo es 0 o 100 de contenedores que nadie contó (P15).",
        severity="critical",
        rows="""
            select *
            from {batch}
            where (vehicle_empty_share_pct is null) <> coalesce(empty_containers + loaded_containers = 0, true)
               or abs(vehicle_empty_share_pct * (empty_containers + loaded_containers) - 100 * empty_containers) > 1e-3
        """,
    ),
)
