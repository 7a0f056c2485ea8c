"""Readings: limits that must agree with the figure, parts that cannot exceed the whole, records of a station."""

from expectations.rule import Rule
from puyango import reference

RECORDS = ", ".join(
    f"('{row['station']}', {row['least_flow_m3_s']}, {row['most_flow_m3_s']})"
    for row in reference.rows("stations")
    if row["verified"] == "true"
)

RULES = (
    Rule(
        name="a limit of detection is not above the limit of quantification",
        name_es="el límite de detección no supera el de cuantificación",
        notes="The interval of the reading is turned round: whether it complies cannot be said (B4).",
        notes_es="El intervalo de la lectura está invertido: no puede decirse si cumple (B4).",
        severity="critical",
        rows="select * from {batch} where detection_limit > quantification_limit",
    ),
    Rule(
        name="a figure is not below its limit of detection",
        name_es="una cifra no está bajo su límite de detección",
        notes="A substituted non-detect passes for a measurement: means and shares over the limit change (B5).",
        notes_es="Un no detectado que se sustituyó pasa por medición: cambian medias y proporciones sobre el límite"
        " (B5).",
        severity="critical",
        rows="select * from {batch} where censor = 'none' and value < detection_limit",
    ),
    Rule(
        name="a censored reading states no figure but its limit",
        name_es="una lectura censurada no da más cifra que su límite",
        notes="A value beside a non-detect is half the limit or a guess; only the limit is kept (B5).",
        notes_es="Un valor junto a un no detectado es la mitad del límite o una conjetura; solo vale el límite (B5).",
        rows="""
            select *
            from {batch}
            where (censor = 'below_detection' and value <> detection_limit)
               or (censor = 'below_quantification' and value <> quantification_limit)
        """,
    ),
    Rule(
        name="what is dissolved is not more than the total",
        name_es="lo disuelto no supera el total",
        notes="Two fractions of one sample are exchanged, or one has another unit (B1).",
        notes_es="Dos fracciones de una muestra están intercambiadas, o una tiene otra unidad (B1).",
        counts="cases",
        rows="""
            select station, parameter, sampled_at
            from {batch}
            where censor = 'none'
              and matrix = 'water'
            group by all
            having max(value) filter (fraction = 'dissolved') > max(value) filter (fraction = 'total')
        """,
    ),
    Rule(
        name="a flow is within the record of its station",
        name_es="un caudal está dentro del registro de su estación",
        notes="A flood beyond all records is possible; a decimal point that slipped is more frequent (B7).",
        notes_es="Una crecida que supera todo registro es posible; un punto decimal corrido es más frecuente (B7).",
        rows=f"""
            select reading.*
            from {{batch}} as reading
            join (values {RECORDS}) as record (station, least_m3_s, most_m3_s) using (station)
            where parameter = 'flow'
              and value not between least_m3_s and most_m3_s
        """,  # noqa: S608  # reference data
    ),
)
