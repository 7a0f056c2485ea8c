"""Mirror gap: what the two sides report, and nothing lost of either."""

from expectations.rule import Rule

RULES = (
    Rule(
        name="mirror_gap_fob_usd: is the importer's FOB equivalent less the exporter's value",
        name_es="mirror_gap_fob_usd: es el equivalente FOB del importador menos el valor del exportador",
        notes="A gap between other figures than those beside it (T30).",
        notes_es="La brecha es entre otras cifras que las que tiene al lado (T30).",
        severity="critical",
        rows="""
            select *
            from {batch}
            where mirror_gap_fob_usd <> coalesce(importer_fob_usd, 0) - coalesce(exporter_fob_usd, 0)
               or reported_gap_usd <> coalesce(importer_cif_usd, 0) - coalesce(exporter_fob_usd, 0)
               or abs(importer_fob_usd * cif_fob_ratio - importer_cif_usd) > 0.01
        """,
    ),
    Rule(
        name="sides: say who reports",
        name_es="sides: dice quién informa",
        notes="A product that one side does not report would be taken for one that it reports as nothing (C11).",
        notes_es="Un producto que un lado no informa pasaría por uno que informa como nada (C11).",
        severity="critical",
        rows="""
            select *
            from {batch}
            where sides <> case
                when importer_cif_usd is null then 'exporter'
                when exporter_fob_usd is null then 'importer'
                else 'both'
            end
        """,
    ),
    Rule(
        name="sides: differ less than ten times over",
        name_es="los lados: difieren menos de diez veces",
        notes="Neither freight nor delay explains so much: a wrong unit, another code or an unrecorded flow, which the "
        "two administrations must tell apart (T28).",
        notes_es="Ni el flete ni el desfase explican tanto: una unidad equivocada, otro código o un flujo no "
        "registrado, que las dos administraciones deben distinguir (T28).",
        rows="""
            select *
            from {batch}
            where sides = 'both'
              and greatest(exporter_fob_usd, importer_cif_usd) > 10 * least(exporter_fob_usd, importer_cif_usd)
        """,
    ),
)
