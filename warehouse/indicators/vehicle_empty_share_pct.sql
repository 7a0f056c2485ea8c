/*
title_en = "Empty containers"
title_es = "Contenedores vacíos"
says_en = "How many of a hundred containers that crossed on trucks, or on trains, were empty."
says_es = "Cuántos de cada cien contenedores que cruzaron en camión, o en tren, iban vacíos."
group = "vehicles"
unit = "pct"
denominator_en = "Loaded and empty containers of the same carrier, post, direction and month."
denominator_es = "Contenedores cargados y vacíos del mismo transporte, puesto, sentido y mes."
grain = ["period_first_day", "freq", "source", "reporter", "counterpart", "post", "direction", "carrier"]
period = ["month"]
reach = 0
method = ["P14", "P15", "P16", "C11", "C15", "C18", "C20", "C21"]
source_en = "Published counts of border agencies."
source_es = "Conteos publicados por organismos fronterizos."
caveat_en = """
Containers by containers, never by trucks: a truck can carry none or two. Null where only one of the two counts was
published: agencies stopped printing most zeros around 2016, so a missing count may be a zero or may not be. For several
posts or months together, add the containers, never the shares. Ysleta is counted apart from El Paso since March 2020: a
break in both (obs_status B)."""
caveat_es = """
Contenedores entre contenedores, nunca entre camiones: un camión puede llevar ninguno o dos. Nulo si solo se publicó uno
de los dos conteos: las agencias dejaron de imprimir casi todos los ceros hacia 2016, y un conteo ausente puede ser cero o
no serlo. Para varios puestos o meses juntos, sumar los contenedores, nunca las participaciones. Ysleta se cuenta aparte de
El Paso desde marzo de 2020: un quiebre en ambas series (obs_status B)."""
severity = "warning"
confidentiality = "none"
coverage = "full"
owner = "border-operations"

[columns.carrier]
en = "What carried the containers."
es = "Qué transportaba los contenedores."
codes = ["rail", "truck"]

[columns.vehicle_empty_share_pct]
en = "Empty containers per hundred loaded and empty ones."
es = "Contenedores vacíos por cada cien cargados y vacíos."
unit = "pct"
least = 0
most = 100
required = false

[columns.empty_containers]
en = "Empty containers; null where not published."
es = "Contenedores vacíos; nulo si no se publican."
unit = "containers"
least = 0
required = false

[columns.loaded_containers]
en = "Loaded containers; null where not published."
es = "Contenedores cargados; nulo si no se publican."
unit = "containers"
least = 0
required = false
*/
with counted as (
    select
        period_first_day,
        freq,
        source,
        reporter,
        counterpart,
        post,
        direction,
        case when measure like 'truck%' then 'truck' else 'rail' end       as carrier,
        (sum(reported_count) filter (measure like '%\_empty' escape '\'))::bigint  as empty_containers,
        (sum(reported_count) filter (measure like '%\_loaded' escape '\'))::bigint as loaded_containers,
        bool_or(
            broken(source, reporter, post, nationality, measure, period_first_day - 1, period_first_day)
        )                                                                  as broken
    from silver.reported_count
    where freq = 'M'
      and measure in (
          'rail_containers_empty',
          'rail_containers_loaded',
          'truck_containers_empty',
          'truck_containers_loaded'
      )
      and period_first_day >= $from
      and period_first_day < $to
    group by all
)

select
    period_first_day,
    freq,
    source,
    reporter,
    counterpart,
    post,
    direction,
    carrier,
    100 * empty_containers / nullif(empty_containers + loaded_containers, 0) as vehicle_empty_share_pct,
    empty_containers,
    loaded_containers,
    case
        when empty_containers + loaded_containers is null then 'O'
        when empty_containers + loaded_containers = 0 then 'M'
        when broken then 'B'
        else 'A'
    end                                                                      as obs_status
from counted
