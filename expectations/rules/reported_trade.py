"""Published trade lines: what is not reported, and what looks reported and is not."""

from expectations.rule import Rule

RULES = (
    Rule(
        name="exports report their mass",
        name_es="las exportaciones informan su masa",
        notes="Mass is not reported there: totals of mass are of the other lines only, unit values cannot be had.",
        notes_es="Aquí la masa no se informa: los totales de masa son de las demás líneas, y no hay valores unitarios.",
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
        name_es="las mercancías con valor tienen masa",
        notes="A mass of zero beside a value is a parcel below half a unit, or a mass that was not reported (C12).",
        notes_es="Una masa de cero junto a un valor es un envío de menos de media unidad, o una masa no informada "
        "(C12).",
        rows="""
            select *
            from {batch}
            where value_usd > 0
              and (gross_mass_kg = 0 or net_mass_kg = 0)
        """,
    ),
    Rule(
        name="no reporter is its own partner",
        name_es="ningún país declarante es su propio socio",
        notes="Re-imports exist; anything else is a partner that was filled in wrongly (T6).",
        notes_es="Las reimportaciones existen; cualquier otro caso es un socio mal registrado (T6).",
        rows="select * from {batch} where reporter = partner",
    ),
    Rule(
        name="the post of crossing is known",
        name_es="se conoce el puesto de cruce",
        notes="Where only the district is known, the value is in no share of a post: value_without_post_usd holds it.",
        notes_es="Donde solo se conoce el distrito, el valor no entra en la participación de ningún puesto: figura en "
        "value_without_post_usd.",
        rows="select * from {batch} where post = '_U' or post like '%XX'",
    ),
    Rule(
        name="what one country reports of a flow, the other reports too",
        name_es="lo que un país informa de un flujo, el otro también lo informa",
        notes="A product on one side of the mirror only: another code, another partner, a threshold, or a line that is "
        "missing. Which one, the two administrations must say (T28).",
        notes_es="Un producto en un solo lado del espejo: otro código, otro socio, un umbral o una línea que falta. "
        "Cuál de ellos, lo deben decir las dos administraciones (T28).",
        counts="cases",
        rows="""
            with side as (
                select
                    source,
                    freq,
                    period_first_day,
                    case flow when 'X' then reporter else partner end as exporter,
                    case flow when 'X' then partner else reporter end as importer,
                    product_classification,
                    product,
                    bool_or(flow = 'X')                               as sold,
                    bool_or(flow = 'M')                               as bought
                from {batch}
                where (flow = 'X' and partner_concept = 'destination')
                   or (flow = 'M' and partner_concept = 'origin')
                group by all
            )
            select *
            from side
            window pair as (partition by source, freq, period_first_day, exporter, importer, product_classification)
            qualify bool_or(sold) over pair
                and bool_or(bought) over pair
                and sold <> bought
        """,
    ),
    Rule(
        name="freight costs less than the goods",
        name_es="el flete cuesta menos que las mercancías",
        notes="Freight above the value of the goods is a wrong unit, or a whole consignment's freight on one line.",
        notes_es="Un flete mayor que el valor de las mercancías es una unidad equivocada, o el flete de todo un envío "
        "en una sola línea.",
        rows="select * from {batch} where freight_usd > value_usd and value_usd > 0",
    ),
)
