"""Matched value: matched and one-sided parts are all of it."""

from expectations.rule import Rule

RULES = (
    Rule(
        name="mirror_matched_value_pct: with the one-sided products makes a hundred",
        notes="Value that is neither matched nor one-sided was lost, or counted twice.",
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
        notes="Sizes add to no less than what is left when signs cancel.",
        severity="critical",
        rows="select * from {batch} where matched_absolute_gap_usd < abs(matched_gap_usd)",
    ),
)
