/*
title_en = "Growth on the year of vehicle and container counts"
title_es = "Variación interanual de los conteos de vehículos y contenedores"
says_en = "By how much the count of a month exceeds that of the same month a year before."
says_es = "En cuánto supera el conteo de un mes al del mismo mes del año anterior."
group = "vehicles"
unit = "pct"
denominator_en = "The count of the same measure at the same post, twelve months before."
denominator_es = "El conteo de la misma medida en el mismo puesto, doce meses antes."
grain = ["period_first_day", "freq", "source", "reporter", "counterpart", "post", "direction", "measure"]
period = ["month"]
reach = 12
method = ["T15", "P14", "P16", "C11", "C15", "C18", "C20"]
source_en = "Published counts of border agencies."
source_es = "Conteos publicados por organismos fronterizos."
caveat_en = """
Null where the base is zero, and across a known break of the post (obs_status B): Ysleta is counted apart from El Paso
since March 2020. A month whose base was not published is absent: unprinted zeros are no base. The last month of a source can
be partial. Small posts grow by thousands of percent and fall by a hundred at most: never average these."""
caveat_es = """
Nulo si la base es cero y a través de un quiebre conocido del puesto (obs_status B): Ysleta se cuenta aparte de El Paso
desde marzo de 2020. Un mes cuya base no se publicó está ausente: los ceros no impresos no son base. El último mes de una
fuente puede estar incompleto. Los puestos pequeños crecen miles por ciento y caen cien como máximo: no promediar."""
severity = "warning"
confidentiality = "none"
coverage = "full"
owner = "border-operations"

[columns.measure]
en = "What was counted, by the publisher's definition."
es = "Qué se contó, según la definición de quien publica."
codes = [
    "buses", "personal_vehicles", "rail_containers_empty", "rail_containers_loaded", "trains",
    "truck_containers_empty", "truck_containers_loaded", "trucks",
]

[columns.vehicle_count_growth_yoy_pct]
en = "Growth over the same month of the year before."
es = "Variación respecto del mismo mes del año anterior."
unit = "pct"
least = -100
required = false

[columns.reported_count]
en = "Count of the month."
es = "Conteo del mes."
unit = "1"
least = 0

[columns.year_before_count]
en = "Count of the same month a year before: the base."
es = "Conteo del mismo mes un año antes: la base."
unit = "1"
least = 0
*/
with beside_year_before as (
    select
        later.period_first_day,
        later.freq,
        later.source,
        later.reporter,
        later.counterpart,
        later.post,
        later.direction,
        later.measure,
        later.vehicle_reported_count         as reported_count,
        earlier.vehicle_reported_count       as year_before_count,
        broken(
            later.source,
            later.reporter,
            later.post,
            '_Z', -- all nationalities together
            later.measure,
            earlier.period_first_day,
            later.period_first_day
        )                                    as broken
    from gold.vehicle_reported_count as later
    join gold.vehicle_reported_count as earlier
      on earlier.period_first_day = (later.period_first_day - interval 1 year)::date
     and earlier.freq = later.freq
     and earlier.source = later.source
     and earlier.reporter = later.reporter
     and earlier.counterpart = later.counterpart
     and earlier.post = later.post
     and earlier.direction = later.direction
     and earlier.measure = later.measure
    where later.freq = 'M'
      and later.period_first_day >= $from
      and later.period_first_day < $to
)

select
    period_first_day,
    freq,
    source,
    reporter,
    counterpart,
    post,
    direction,
    measure,
    case when not broken
        then 100 * (reported_count - year_before_count) / nullif(year_before_count, 0)
    end                       as vehicle_count_growth_yoy_pct,
    reported_count,
    year_before_count,
    case
        when broken then 'B'
        when year_before_count = 0 then 'M'
        else 'A'
    end                       as obs_status
from beside_year_before
