"""Published counts: habits of publishers that a reader would take for traffic."""

from expectations.edges import EDGES
from expectations.rule import EVER, Rule

RULES = (
    Rule(
        name="publishers keep their habit of printing zero rows",
        name_es="quienes publican mantienen su costumbre de imprimir filas en cero",
        notes="Where zeros are no longer printed, averages rise and posts vanish without any change in traffic (P16).",
        notes_es="Donde los ceros dejan de imprimirse, los promedios suben y los puestos desaparecen sin que el tráfico"
        " haya cambiado (P16).",
        counts="cases",
        rows="""
            with habit as (
                select
                    source,
                    reporter,
                    period_first_day,
                    count(*) filter (reported_count = 0) / count(*) as zero_ratio
                from {batch}
                where freq = 'M'
                group by all
            )
            select *
            from habit as later
            join habit as earlier
              on earlier.source = later.source
             and earlier.reporter = later.reporter
             and earlier.period_first_day + interval 1 year = later.period_first_day
            where abs(later.zero_ratio - earlier.zero_ratio) > 0.2
        """,
        reach=366,
    ),
    Rule(
        name="a post's name belongs to one post",
        name_es="el nombre de un puesto es de un solo puesto",
        notes="Two posts of one name are added together by whoever groups by name; group by code.",
        notes_es="Dos puestos con el mismo nombre se suman si se agrupa por nombre; agrupar por código.",
        counts="cases",
        rows="""
            select source, post_name
            from {batch}
            where post_name is not null
            group by all
            having count(distinct post) > 1
        """,
    ),
    Rule(
        name="columns stand where their documentation puts them",
        name_es="las columnas están donde su documentación las pone",
        notes="Two columns of the file are swapped and were read the other way round; whoever reads it as documented "
        "gives every figure to another country.",
        notes_es="Dos columnas del archivo están intercambiadas y se leyeron al revés; quien las lea según la "
        "documentación atribuye cada cifra a otro país.",
        rows="select * from {batch} where list_contains(string_split(source_repairs, '+'), 'columns_swapped')",
    ),
    Rule(
        name="the nationality of people is known",
        name_es="se conoce la nacionalidad de las personas",
        notes="The publisher left it blank or wrote a code for none: these people are in no nationality.",
        notes_es="Quien publica la dejó en blanco o puso un código que no es de ningún país: estas personas no figuran "
        "en ninguna nacionalidad.",
        rows="select * from {batch} where measure = 'people' and nationality = '_U'",
    ),
    Rule(
        name="own nationals are counted in every period or in none",
        name_es="los nacionales propios se cuentan en todos los períodos o en ninguno",
        notes="Totals over all nationalities break where they begin: compare foreigners, or periods of one kind (P13).",
        notes_es="Los totales de todas las nacionalidades se quiebran donde empiezan: comparar extranjeros, o períodos "
        "de una misma clase (P13).",
        counts="cases",
        rows="""
            with counted as (
                select
                    source,
                    reporter,
                    direction,
                    freq,
                    period_first_day,
                    bool_or(nationality = reporter) as own_too
                from {batch}
                where measure = 'people'
                  and nationality <> '_Z'
                group by all
            )
            select source, reporter, direction, freq, min(period_first_day) filter (own_too) as own_from
            from counted
            group by all
            having bool_or(own_too)
                and not bool_and(own_too)
        """,
        reach=EVER,
    ),
    *EDGES,
)
