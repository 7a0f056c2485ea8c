"""Seized items: what the report of one item must not contradict, and who reported it."""

from expectations.rule import Rule

RULES = (
    Rule(
        name="only arms are traced",
        name_es="solo las armas se rastrean",
        notes="Parts and ammunition are outside SDG 16.4.2; traced as arms they would change its share (S5).",
        notes_es="Las partes y municiones quedan fuera del ODS 16.4.2; rastreadas como armas cambiarían su proporción"
        " (S5).",
        severity="critical",
        rows="select * from {batch} where item_class <> 'firearm' and trace_status <> '_Z'",
    ),
    Rule(
        name="arms, rounds and specimens are whole",
        name_es="las armas, municiones y especímenes son enteros",
        notes="Half a piece is a mass or a box under the wrong unit (S3).",
        notes_es="Media pieza es una masa o una caja con la unidad equivocada (S3).",
        severity="critical",
        rows="""
            select *
            from {batch}
            where quantity_unit in ('pieces', 'rounds', 'specimens')
              and quantity <> trunc(quantity)
        """,
    ),
    Rule(
        name="purity is stated of drugs and gold alone",
        name_es="la pureza se declara solo de drogas y oro",
        notes="A purity of anything else is a figure in the wrong column (S4).",
        notes_es="Una pureza de otra cosa es una cifra en la columna equivocada (S4).",
        rows="select * from {batch} where purity_pct is not null and item_class not in ('drug', 'gold')",
    ),
    Rule(
        name="the agency that leads has the last word",
        name_es="la institución que lidera tiene la última palabra",
        notes="Another agency's figure stands for the item; the lead agency must say whether it is right (S2).",
        notes_es="Vale por el ítem la cifra de otra institución; la que lidera debe decir si es correcta (S2).",
        rows="select * from {batch} where agency <> lead_agency",
    ),
    Rule(
        name="an operation has one lead agency and one province",
        name_es="una operación tiene una sola institución que lidera y una sola provincia",
        notes="Two operations share a key, or one was reported from two places: its items are counted in both (S2).",
        notes_es="Dos operaciones comparten clave, o una se informó desde dos lugares: sus ítems se cuentan en ambos"
        " (S2).",
        counts="cases",
        rows="""
            select operation, seizure_day
            from {batch}
            group by all
            having count(distinct lead_agency) > 1
                or count(distinct province) > 1
        """,
    ),
)
