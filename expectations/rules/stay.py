"""Stays: an outcome and what follows from it, and the exits that a post must have recorded."""

from expectations.rule import Rule

RULES = (
    Rule(
        name="stay: nights are those between its two days, and only of who left",
        name_es="stay: las noches son las que hay entre sus dos días, y solo de quien salió",
        notes="A stay with nights and no exit, or an exit before its entry, was matched with another's record (P7).",
        notes_es="Una estadía con noches y sin salida, o con salida antes de la entrada, se unió al registro de otro.",
        severity="critical",
        rows="""
            select *
            from {batch}
            where (outcome = 'left') <> (nights is not null)
               or (outcome = 'left') <> (exit_event_id is not null)
               or (outcome = 'reentered') <> (bound_nights is not null)
               or nights is distinct from date_diff('day', crossing_day, exit_day)
        """,
    ),
    Rule(
        name="stay: no exit ends two stays",
        name_es="stay: ninguna salida cierra dos estadías",
        notes="One exit that closes two entries makes two stays of one.",
        notes_es="Una salida que cierra dos entradas convierte una estadía en dos.",
        severity="critical",
        rows="""
            select *
            from {batch}
            where outcome = 'left'
            qualify count(*) over (partition by administration, exit_event_id, exit_day) > 1
        """,
    ),
    Rule(
        name="stay: few people come in twice without having left",
        name_es="stay: pocas personas entran dos veces sin haber salido",
        notes="Above a tenth of the entries of a month, a post has not recorded exits.",
        notes_es="Si superan la décima parte de las entradas de un mes, un puesto no registró salidas.",
        counts="cases",
        rows="""
            select
                administration,
                source,
                date_trunc('month', crossing_day)                  as month_first_day,
                count(*) filter (outcome = 'reentered')            as reentered,
                count(*)                                           as entries
            from {batch}
            group by all
            having entries >= 100
               and 10 * reentered > entries
        """,
    ),
)
