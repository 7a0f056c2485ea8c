"""Where the series of a source begin and end: readers compare periods as if each were as whole as the next."""

from expectations.rule import EVER, Rule

EDGES = (
    Rule(
        name="every reporter of a source is there to its last period",
        name_es="cada país de una fuente llega hasta su último período",
        notes="The last periods miss countries: a total over all of them falls where none did, and a year is partial.",
        notes_es="En los últimos períodos faltan países: un total de todos baja donde ninguno bajó, y el año es "
        "parcial.",
        counts="cases",
        rows="""
            with series as (
                select source, reporter, direction, freq, max(period_first_day) as reporter_last
                from {batch}
                group by all
            )
            select *
            from series
            qualify reporter_last < max(reporter_last) over (partition by source, direction, freq)
        """,
        reach=EVER,
    ),
    Rule(
        name="every reporter of a source is there from its first period",
        name_es="cada país de una fuente está desde su primer período",
        notes="Countries join the source later: a total over all of them rises where none did.",
        notes_es="Hay países que se incorporan después: un total de todos sube donde ninguno subió.",
        counts="cases",
        rows="""
            with series as (
                select source, reporter, direction, freq, min(period_first_day) as reporter_first
                from {batch}
                group by all
            )
            select *
            from series
            qualify reporter_first > min(reporter_first) over (partition by source, direction, freq)
        """,
        reach=EVER,
    ),
    Rule(
        name="the last year of every reporter has all its months",
        name_es="el último año de cada país tiene todos sus meses",
        notes="A year that ends early is partial: beside a whole year it shows a fall that is none.",
        notes_es="Un año que termina antes es parcial: junto a un año completo muestra una caída que no existe.",
        counts="cases",
        rows="""
            select source, reporter, direction, max(period_first_day) as reporter_last
            from {batch}
            where freq = 'M'
            group by all
            having month(reporter_last) < 12
        """,
        reach=EVER,
    ),
    Rule(
        name="no post begins amid the series of its source",
        name_es="ningún puesto empieza en medio de la serie de su fuente",
        notes="A post that begins later was opened, or split from another; where it was split, both series break.",
        notes_es="Un puesto que empieza después se abrió, o se separó de otro; si se separó, ambas series se quiebran.",
        counts="cases",
        rows="""
            with series as (
                select source, reporter, freq, post, min(period_first_day) as post_first
                from {batch}
                group by all
            )
            select *
            from series
            qualify post_first > min(post_first) over (partition by source, reporter, freq)
        """,
        reach=EVER,
    ),
    Rule(
        name="the last period has as many posts as the one before",
        name_es="el último período tiene tantos puestos como el anterior",
        notes="A last period that misses posts is partial: comparing it with a complete one shows a fall that is none.",
        notes_es="Un último período al que le faltan puestos es parcial: al compararlo con uno completo aparece una "
        "caída que no existe.",
        counts="cases",
        rows="""
            with covered as (
                select source, reporter, direction, freq, period_first_day, count(distinct post) as posts
                from {batch}
                group by all
            )
            select *
            from covered
            window series as (
                partition by source, reporter, direction, freq
                order by period_first_day desc
            )
            qualify row_number() over series = 1
                and posts < lead(posts) over series
        """,
        reach=EVER,
    ),
)
