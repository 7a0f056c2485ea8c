"""Shares of posts: parts of one whole."""

from expectations.rule import Rule

WHOLE = """
    period_first_day, freq, source, reporter, flow, partner_concept, partner, product_classification, valuation
"""

RULES = (
    Rule(
        name="trade_post_share_pct: the shares of a whole sum to 100",
        name_es="trade_post_share_pct: las participaciones de un todo suman 100",
        notes="Shares that do not sum to 100 have another denominator than the header says.",
        notes_es="Participaciones que no suman 100 tienen otro denominador que el que dice la ficha.",
        counts="cases",
        severity="critical",
        rows=f"""
            select {WHOLE}
            from {{batch}}
            where all_posts_value_usd > 0
            group by all
            having sum(trade_post_share_pct) is null
                or abs(sum(trade_post_share_pct) - 100) > 1e-6
        """,  # noqa: S608  # names of this file
    ),
    Rule(
        name="all_posts_value_usd: is the sum of the posts",
        name_es="all_posts_value_usd: es la suma de los puestos",
        notes="A denominator that is not the sum of the posts holds a post twice, lacks one, or holds what has none.",
        notes_es="Un denominador que no es la suma de los puestos incluye un puesto dos veces, omite uno, o incluye lo "
        "que no tiene puesto.",
        counts="cases",
        severity="critical",
        rows=f"""
            select {WHOLE}
            from {{batch}}
            group by all
            having sum(post_value_usd) <> min(all_posts_value_usd)
                or min(all_posts_value_usd) <> max(all_posts_value_usd)
                or count(post) <> min(posts_with_data)
        """,  # noqa: S608  # as above
    ),
)
