"""Matched value: matched and one-sided parts are all of it."""

from expectations.rule import Rule

RULES = (
    Rule(
        name="mirror_matched_value_pct: with the one-sided products makes a hundred",
        name_es="mirror_matched_value_pct: suma cien con los productos informados por un solo lado",
        notes="Value that is neither matched nor one-sided was lost, or counted twice.",
        notes_es="Un valor que no coincide ni es de un solo lado se perdió o se contó dos veces.",
        severity="critical",
        rows="""
            select *
            from {batch}
            where abs(
                100 - mirror_matched_value_pct
                - 100 * (exporter_only_fob_usd + importer_only_cif_usd) / nullif(both_reported_usd, 0)
            ) > 1e-6
        """,
    ),
    Rule(
        name="matched_absolute_gap_usd: no smaller than the gap with its sign",
        name_es="matched_absolute_gap_usd: no es menor que la brecha con su signo",
        notes="Sizes add to no less than what is left when signs cancel.",
        notes_es="La suma de magnitudes no puede ser menor que lo que queda cuando los signos se compensan.",
        severity="critical",
        rows="select * from {batch} where matched_absolute_gap_usd < abs(matched_gap_usd)",
    ),
)
