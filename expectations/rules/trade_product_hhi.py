"""Concentration: what an index of shares can be."""

from expectations.rule import Rule

RULES = (
    Rule(
        name="trade_product_hhi: lies in [1/n, 1]",
        notes="Below one over the number of products, or above 1, the shares do not sum to 1 (T23).",
        rows="""
            select *
            from {batch}
            where trade_product_hhi not between 1 / products - 1e-9 and 1 + 1e-9
        """,
    ),
    Rule(
        name="effective_products: no more than there are products",
        notes="More equal products than products is a figure over another set than the index (T23).",
        rows="select * from {batch} where effective_products > products + 1e-6",
    ),
)
