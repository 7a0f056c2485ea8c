"""Mirror asymmetry: the total is that of the products."""

from expectations.rule import Rule

RULES = (
    Rule(
        name="gap_fob_usd: of all products is the sum over the products",
        notes="A total over other products than those listed (T30).",
        severity="critical",
        rows="""
            select period_first_day, freq, source, exporter, importer, product_classification
            from {batch}
            group by all
            having sum(gap_fob_usd) filter (product = '_T')
                    is distinct from sum(gap_fob_usd) filter (product <> '_T')
                or sum(items) filter (product = '_T') is distinct from sum(items) filter (product <> '_T')
        """,
    ),
    Rule(
        name="absolute_gap_fob_usd: no smaller than the gap with its sign",
        notes="Sizes add to no less than what is left when signs cancel.",
        severity="critical",
        rows="select * from {batch} where absolute_gap_fob_usd < abs(gap_fob_usd)",
    ),
)
