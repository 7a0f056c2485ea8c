"""Whether bronze holds exactly what the segments say: nothing lost, nothing twice, nothing unaccounted (I1, I2)."""

from __future__ import annotations

from expectations.rule import Rule
from streams.segments.segment import REPLAYS

SEGMENTS = (
    Rule(
        name="segments: every row is good or refused",
        name_es="segmentos: cada fila es válida o rechazada",
        notes="A row that is neither has left the equation: produced = good + refused + gaps.",
        notes_es="Una fila que no es ninguna de las dos queda fuera de la ecuación: producidas = válidas + "
        "rechazadas + huecos.",
        severity="critical",
        rows="select * from {batch} where rows <> good + refused",
    ),
    Rule(
        name="segments: every offset is a row or a gap",
        name_es="segmentos: cada posición es una fila o un hueco",
        notes="An offset that is neither was lost between the log and the landing.",
        notes_es="Una posición que no es ninguno de los dos se perdió entre el registro del bróker y los segmentos.",
        severity="critical",
        rows="select * from {batch} where next_offset - first_offset <> rows + gap_offsets",
    ),
    Rule(
        name="segments: each begins where the one before ends",
        name_es="segmentos: cada uno empieza donde termina el anterior",
        notes="A hole or an overlap in the chain means offsets that were never read, or read twice.",
        notes_es="Un hueco o un traslape en la cadena significa posiciones que nunca se leyeron, o que se leyeron "
        "dos veces.",
        severity="critical",
        rows="""
            select *
            from {batch}
            qualify first_offset <> lag(next_offset, 1, first_offset) over (
                partition by chain, partition
                order by first_offset
            )
        """,
    ),
)
"""Claims over the segments of any family."""

REPLAYED = Rule(
    name="segments: no more rows are replayed than were refused",
    name_es="segmentos: no se reprocesan más filas de las rechazadas",
    notes="Refused rows that a corrected contract let land stay counted as refused; one that landed twice is doubled.",
    notes_es="Las filas rechazadas que un contrato corregido dejó entrar siguen contadas como rechazadas; una que "
    "entró dos veces está duplicada.",
    severity="critical",
    rows=f"""
        select replace(chain, '{REPLAYS}', '') as log, partition
        from {{batch}}
        group by all
        having sum(case when ends_with(chain, '{REPLAYS}') then good else 0 end) > sum(refused)
    """,  # noqa: S608  # a constant
)
"""Claim over a log and the rows of it that were refused at first."""


def rules(family: str) -> tuple[Rule, ...]:
    """Return the claims over the collected segments of ``family``, their position in the ledger and bronze."""
    return (*SEGMENTS, REPLAYED, position(family), held(family))


def position(family: str) -> Rule:
    """Return the rule that collecting goes on where the segments end."""
    return Rule(
        name="ledger: the position is the end of the chain",
        name_es="libro: la posición es el final de la cadena",
        notes="A position elsewhere makes the next collect skip segments or take them twice.",
        notes_es="Con la posición en otro lugar, la próxima recolección salta segmentos o los toma dos veces.",
        counts="cases",
        severity="critical",
        rows=f"""
            with ends as (
                select chain, partition, max(next_offset) as chain_end
                from {{batch}}
                group by all
            )
            select *
            from ends
            full join (from lake.ops.position where family = '{family}') as position
                using (chain, partition)
            where chain_end is distinct from next_offset
        """,  # noqa: S608  # a family is a declaration's name
    )


def held(family: str) -> Rule:
    """Return the rule that bronze is those segments; rows are read to be counted: metadata outlives a lost file."""
    return Rule(
        name="bronze: holds every good row of the segments once",
        name_es="bronze: contiene una vez cada fila válida de los segmentos",
        notes="Rows were lost or doubled between landing and bronze; every figure made of them is wrong.",
        notes_es="Se perdieron o duplicaron filas entre los segmentos y bronze; toda cifra hecha de ellas es errónea.",
        counts="cases",
        severity="critical",
        rows=f"""
            with landed as (
                select replace(chain, '{REPLAYS}', '') as chain, partition, sum(good) as good
                from {{batch}}
                group by all
                having sum(good) > 0
            ),
            collected as (
                select chain, partition, count("offset") as held, count(value_hash + 0) as valued
                from bronze."{family}"
                group by all
            )
            select *
            from landed
            full join collected using (chain, partition)
            where good is distinct from held
               or good is distinct from valued
        """,  # noqa: S608  # as above
    )


def segments(family: str) -> str:
    """Return the query of the segments of ``family`` that have been collected."""
    return f"select * from lake.ops.segment where family = '{family}'"  # noqa: S608  # as above


def collected(family: str, since: int) -> str:
    """Return the query of bronze rows of the days that collects after batch ``since`` touched."""
    days = f"select anchor_day from lake.ops.touched_day where family = '{family}' and batch > {since:d}"  # noqa: S608
    return f'select * from bronze."{family}" where anchor_day in ({days})'  # noqa: S608  # as above
