"""Published trade lines: what is not reported, and what looks reported and is not."""

from expectations.rule import Rule

RULES = (
    Rule(
        name="exports report their mass",
        notes="Mass is not reported there: totals of mass are of the other lines only, unit values cannot be had.",
        rows="""
            select *
            from {batch}
            where flow = 'X'
              and gross_mass_kg is null
              and net_mass_kg is null
        """,
    ),
    Rule(
        name="goods of value have mass",
        notes="A mass of zero beside a value is a parcel below half a unit, or a mass that was not reported (C12).",
        rows="""
            select *
            from {batch}
            where value_usd > 0
              and (gross_mass_kg = 0 or net_mass_kg = 0)
        """,
    ),
    Rule(
        name="no reporter is its own partner",
        notes="Re-imports exist; anything else is a partner that was filled in wrongly (T6).",
        rows="select * from {batch} where reporter = partner",
    ),
    Rule(
        name="the post of crossing is known",
        notes="Where only the district is known, the value is in no share of a post: value_without_post_usd holds it.",
        rows="select * from {batch} where post = '_U' or post like '%XX'",
    ),
    Rule(
        name="freight costs less than the goods",
        notes="Freight above the value of the goods is a wrong unit, or a whole consignment's freight on one line.",
        rows="select * from {batch} where freight_usd > value_usd and value_usd > 0",
    ),
)
