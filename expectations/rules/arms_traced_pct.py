"""Arms traced: every arm is of one status, and the share is of all."""

from expectations.rule import Rule

RULES = (
    Rule(
        name="arms_traced_pct: is of all arms, the unknown too",
        name_es="arms_traced_pct: es de todas las armas, también las desconocidas",
        notes="An arm without a status left the denominator, and the share of SDG 16.4.2 is too high (S5).",
        notes_es="Un arma sin estado salió del denominador, y la proporción del ODS 16.4.2 es demasiado alta (S5).",
        severity="critical",
        rows="""
            select *
            from {batch}
            where traced_arms + not_traced_arms + unknown_arms <> arms
               or abs(arms_traced_pct * arms - 100 * traced_arms) > 1e-6 * arms
        """,
    ),
)
