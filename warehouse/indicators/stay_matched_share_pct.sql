/*
title_en = "Entries matched to an exit"
title_es = "Entradas con salida hallada"
says_en = "How many of the entries of a month have the same person's exit in the records, within so many nights."
says_es = "Cuántas de las entradas de un mes tienen en los registros la salida de la misma persona, en hasta tantas noches."
group = "people"
unit = "pct"
denominator_en = "Entries of people with a recorded document."
denominator_es = "Entradas de personas con documento registrado."
grain = ["period_first_day", "freq", "source", "reporter", "nationality", "cohort_age_nights"]
period = ["month"]
reach = 0
method = ["P3", "P5", "P7", "P10", "C7", "C11", "C20", "C21"]
source_en = "Entries and exits of the same document in the records of one administration."
source_es = "Entradas y salidas del mismo documento en los registros de una administración."
caveat_en = """
Stands beside every figure on stays: what is not matched was missed at a desk, passed none, or is still there. Compare months at
one cohort age, never a young month with an old one; an age that the month has not reached is absent. Of those who enter their
own country no stay is meant. No sample."""
caveat_es = """
Acompaña a toda cifra sobre estadías: lo no unido se omitió en un puesto, no pasó por ninguno o sigue presente. Comparar los meses a
una misma edad de la cohorte, nunca un mes reciente con uno antiguo; una edad que el mes no ha alcanzado está ausente. Para quienes
entran a su propio país no hay estadía. Sin muestras."""
severity = "warning"
confidentiality = "threshold"
coverage = "full"
owner = "migration-statistics"

[columns.cohort_age_nights]
en = "Nights within which an exit counts, the same for every entry of the month: 30, 90 or 180."
es = "Noches dentro de las cuales cuenta una salida, iguales para cada entrada del mes: 30, 90 o 180."

[columns.stay_matched_share_pct]
en = "Entries with an exit in that time, per hundred entries."
es = "Entradas con salida en ese tiempo, por cien entradas."
unit = "pct"
least = 0
most = 100

[columns.entries]
en = "Entries of people with a recorded document."
es = "Entradas de personas con documento registrado."
unit = "entries"
least = 0

[columns.matched]
en = "Those of them with an exit in that time."
es = "Aquellas con salida en ese tiempo."
unit = "entries"
least = 0
*/
with complete as (
    -- the last recorded day may be incomplete
    select source, administration, max(crossing_day) - 1 as last_day
    from silver.crossing
    group by all
),

entered as (
    select
        date_trunc('month', stay.crossing_day)::date as period_first_day,
        stay.source,
        stay.administration                          as reporter,
        stay.nationality,
        age.nights::bigint                           as cohort_age_nights,
        stay.outcome = 'left' and stay.nights <= age.nights as matched,
        exists (
            select 1
            from reference.open_records as public
            where public.source = stay.source
              and public.coverage = stay.coverage
              and stay.crossing_day between public.first_day::date and public.last_day::date
        )                                            as public
    from silver.stay as stay
    join complete on complete.source = stay.source and complete.administration = stay.administration
    cross join (values (30), (90), (180)) as age (nights)
    where stay.coverage = 'full'
      and stay.nationality <> stay.administration
      and last_day(stay.crossing_day) + age.nights <= complete.last_day
      and stay.crossing_day >= $from
      and stay.crossing_day < $to
)

select
    period_first_day,
    'M'                                                as freq,
    source,
    reporter,
    nationality,
    cohort_age_nights,
    100 * (count(*) filter (matched)) / count(*)       as stay_matched_share_pct,
    count(*)::bigint                                   as entries,
    (count(*) filter (matched))::bigint                as matched,
    case when bool_and(public) then 'F' else 'N' end   as conf_status
from entered
group by all
