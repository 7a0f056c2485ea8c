/*
title_en = "Recorded crossings of people"
title_es = "Cruces de personas registrados"
says_en = """
How many times people were recorded crossing at a post, by the country that recorded them; includes a sample."""
says_es = """
Cuántas veces se registró el cruce de personas en un puesto, según el país que registró los cruces; incluye una
muestra."""
group = "people"
unit = "crossings"
grain = ["period_first_day", "freq", "source", "reporter", "post", "direction", "measure", "coverage"]
period = ["day", "month"]
reach = 0
method = ["P4", "P14", "P16", "C5", "C7", "C11", "C18", "C20"]
source_en = "Published counts of border agencies; people recorded at migration desks."
source_es = "Conteos publicados por organismos fronterizos; personas registradas en puestos de control migratorio."
caveat_en = """
Take one freq: days and months are the same crossings. Crossings, not persons: ten entries of one person are ten.
Never add two sources, or the records of both countries. Within one source, pedestrians and passengers may be added
to one another, never to people, who are everyone; crews of trucks are in none. IOM counts the own nationals of Costa Rica, Ecuador
and Honduras only from January 2024, so their totals break there (obs_status B). A sample (coverage) gives no total,
share or mean. A closed post is absent, not zero. The last year of a source may lack months. Ysleta is counted apart
from El Paso since March 2020, its pedestrians since August 2020: a break in both (obs_status B). Bus passengers at Sasabe (2606), February 2021, were published as
2,175 and as 0; 2,175 is shown. Who crosses without a record is not here: at Huaquillas and Aguas Verdes they are
many. Desk records that their source has not published itself are kept back (conf_status N)."""
caveat_es = """
Elegir una sola freq: días y meses son los mismos cruces. Cruces, no personas: diez entradas de una persona son diez.
No sumar dos fuentes ni los registros de ambos países. Dentro de una fuente, peatones y pasajeros pueden sumarse
entre sí, nunca con people, que son todas las personas; los conductores de camión no figuran. La OIM cuenta a los
nacionales propios de Costa Rica, Ecuador y Honduras solo desde enero de 2024: ahí se quiebran sus totales (obs_status B).
Una muestra (coverage) no da totales, proporciones ni medias. Un puesto cerrado está ausente, no en cero. Al último año de
una fuente pueden faltarle meses. Ysleta se cuenta aparte de El Paso desde marzo de 2020, sus peatones desde agosto de
2020: un quiebre en ambas series (obs_status B). Los pasajeros de autobús en Sasabe (2606), febrero de 2021, se publicaron como 2175 y como 0; figura 2175. Quienes cruzan sin registro
no figuran: en Huaquillas y Aguas Verdes son muchos. Los registros migratorios que su fuente no ha publicado se
reservan (conf_status N)."""
severity = "critical"
confidentiality = "threshold"
coverage = "mixed"
owner = "border-operations"

[columns.measure]
en = """
Who was counted, by the publisher's definition: people is everyone; pedestrians and the passengers of buses, trains and
personal vehicles are different crossings. People in vehicles are never vehicles."""
es = """
A quién se contó, según la definición de quien publica: people todas las personas; pedestrians peatones, bus_passengers
pasajeros de autobús, train_passengers pasajeros de tren y personal_vehicle_passengers ocupantes de vehículos particulares
son cruces distintos. Las personas en vehículos nunca son vehículos."""
codes = ["people", "pedestrians", "bus_passengers", "train_passengers", "personal_vehicle_passengers"]

[columns.people_crossings]
en = "Crossings recorded."
es = "Cruces registrados."
unit = "crossings"
least = 0
*/
-- No counterpart: at a desk it is where a journey began or ends, not the country across the border.
with recorded as (
    select
        period_first_day,
        freq,
        source,
        reporter,
        post,
        direction,
        nationality,
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
        nationality,
        'people'                                                                             as measure,
        coverage,
        1                                                                                    as crossings,
        -- what is public already is for us to say, not for whoever sends; the rest waits for disclosure control
        case
            when exists (
                select 1
                from reference.open_records as public
                where public.source = crossing.source
                  and public.coverage = crossing.coverage
                  and crossing.crossing_day between public.first_day::date and public.last_day::date
            ) then 'F'
            else 'N'
        end                                                                                  as conf_status
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
    case
        when bool_or(
            broken(source, reporter, post, nationality, measure, period_first_day - 1, period_first_day)
        ) then 'B'
        else 'A'
    end                    as obs_status,
    max(conf_status)       as conf_status -- N after F: one that is kept back keeps back the sum
from recorded
group by all
