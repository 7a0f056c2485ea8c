/*
title_en = "Recorded crossings of people"
title_es = "Cruces de personas registrados"
says_en = "How many times people were recorded crossing at a post, by the country that recorded them."
says_es = "Cuántas veces se registró el cruce de personas en un puesto, según el país que las registró."
group = "people"
unit = "crossings"
grain = ["period_first_day", "freq", "source", "reporter", "post", "direction", "measure", "coverage"]
period = ["day", "month"]
reach = 0
method = ["P4", "P14", "P16", "C5", "C7", "C11", "C20"]
source = "Published counts of border agencies; people recorded at migration desks."
caveat_en = """
Crossings, not persons: ten entries of one person are ten. Never add two sources, or the records of both countries.
Measures are the publisher's own. A sample estimates no total. A closed post is absent, not zero. Who crosses without a
record is not here: at Huaquillas and Aguas Verdes they are many. IOM counts the own nationals of Costa Rica, Ecuador
and Honduras only from January 2024, so their totals break there. Desk records that their source has not published
itself are kept back (conf_status N)."""
caveat_es = """
Cruces, no personas: diez entradas de una persona son diez. No sumar dos fuentes ni los registros de ambos países. Las
medidas son las de quien publica. Una muestra no estima ningún total. Un puesto cerrado está ausente, no en cero. Quien
cruza sin registro no está: en Huaquillas y Aguas Verdes son muchos. La OIM cuenta a los nacionales propios de Costa
Rica, Ecuador y Honduras solo desde enero de 2024: ahí se quiebran sus totales. Los registros migratorios que su fuente no ha
publicado se reservan (conf_status N)."""
severity = "critical"
confidentiality = "threshold"
coverage = "mixed"
owner = "border-operations"

[columns.measure]
en = "Who was counted, by the publisher's definition; people in vehicles are never vehicles."
es = "A quién se contó, según la definición de quien publica; las personas en vehículos nunca son vehículos."
codes = ["people", "pedestrians", "bus_passengers", "train_passengers", "personal_vehicle_passengers"]

[columns.people_crossings]
en = "Crossings recorded."
es = "Cruces registrados."
unit = "crossings"
least = 0
*/
with recorded as (
    select
        period_first_day,
        freq,
        source,
        reporter,
        post,
        direction,
        measure,
        'full'         as coverage,
        reported_count as crossings,
        'F'            as conf_status -- every line of this table has been published by its agency
    from silver.reported_count
    where freq in ('D', 'M')
      and measure in ('people', 'pedestrians', 'bus_passengers', 'train_passengers', 'personal_vehicle_passengers')
      and period_first_day >= $from
      and period_first_day < $to

    union all

    select
        case desk.freq when 'D' then crossing_day else date_trunc('month', crossing_day)::date end as period_first_day,
        desk.freq,
        source,
        administration                                                                       as reporter,
        post,
        direction,
        'people'                                                                             as measure,
        coverage,
        1                                                                                    as crossings,
        -- a sample here is one that its publisher handed out row by row; full registers wait for disclosure control
        case coverage when 'sample' then 'F' else 'N' end                                    as conf_status
    from silver.crossing
    cross join (values ('D'), ('M')) as desk (freq)
    where crossing_day >= $from
      and crossing_day < $to
)

select
    period_first_day,
    freq,
    source,
    reporter,
    post,
    direction,
    measure,
    coverage,
    sum(crossings)::bigint as people_crossings,
    max(conf_status)       as conf_status -- N after F: one that is kept back keeps back the sum
from recorded
group by all
