"""Mirror asymmetry: the total is that of the products."""

from expectations.rule import Rule

RULES = (
    Rule(
        name="gap_fob_usd: of all products is the sum over the products",
        name_es="gap_fob_usd: el de todos los productos es la suma de los productos",
        notes="A total over other products than those listed (T30).",
        notes_es="Un total calculado sobre otros productos que los que figuran (T30).",
        counts="cases",
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
        name_es="absolute_gap_fob_usd: no es menor que la brecha con su signo",
        notes="Sizes add to no less than what is left when signs cancel.",
        notes_es="La suma de magnitudes no puede ser menor que lo que queda cuando los signos se compensan.",
        severity="critical",
        rows="select * from {batch} where absolute_gap_fob_usd < abs(gap_fob_usd)",
    ),
)
