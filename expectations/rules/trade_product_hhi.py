"""Concentration: what an index of shares can be."""

from expectations.rule import Rule

RULES = (
    Rule(
        name="trade_product_hhi: lies in [1/n, 1]",
        name_es="trade_product_hhi: está en [1/n, 1]",
        notes="Below one over the number of products, or above 1, the shares do not sum to 1 (T23).",
        notes_es="Por debajo de uno entre el número de productos, o por encima de 1, las participaciones no suman 1 "
        "(T23).",
        rows="""
            select *
            from {batch}
            where trade_product_hhi not between 1 / products - 1e-9 and 1 + 1e-9
        """,
    ),
    Rule(
        name="effective_products: no more than there are products",
        name_es="effective_products: no más que los productos que hay",
        notes="More equal products than products is a figure over another set than the index (T23).",
        notes_es="Más productos iguales que productos es una cifra de otro conjunto que el del índice (T23).",
        rows="select * from {batch} where effective_products > products + 1e-6",
    ),
)
