/*
title_en = "Published vehicle and container counts"
title_es = "Conteos publicados de vehículos y contenedores"
says_en = "How many vehicles and containers an agency published as having crossed at a post."
says_es = "Número de vehículos y contenedores que, según el organismo que publica, cruzaron por un puesto."
group = "vehicles"
unit = "1"
grain = ["period_first_day", "freq", "source", "reporter", "counterpart", "post", "direction", "measure"]
period = ["month"]
reach = 0
method = ["P14", "P16", "C5", "C11", "C18", "C20"]
source_en = "Published counts of border agencies."
source_es = "Conteos publicados por organismos fronterizos."
caveat_en = """
Measures are not added to one another: a loaded container is also a truck. A month without a row is not a zero:
agencies changed their habit of printing zeros. Posts are split and renamed: Ysleta is counted apart from El Paso
since March 2020, a break in both (obs_status B). The last year may lack months. Months only."""
caveat_es = """
Las medidas no se suman entre sí: un contenedor cargado es también un camión. Un mes sin fila no es un cero: los
organismos cambiaron su costumbre de publicar ceros. Los puestos se dividen y cambian de nombre: Ysleta se cuenta
aparte de El Paso desde marzo de 2020, un quiebre en ambas series (obs_status B). Al último año pueden faltarle meses.
Solo datos mensuales."""
severity = "critical"
confidentiality = "none"
coverage = "full"
owner = "border-operations"

[columns.measure]
en = "What was counted, by the publisher's definition."
es = """
Qué se contó, según la definición de quien publica: buses autobuses, personal_vehicles vehículos particulares, trains
trenes, trucks camiones; rail_containers y truck_containers, contenedores de ferrocarril y de camión, empty vacíos y
loaded cargados."""
codes = [
    "buses", "personal_vehicles", "rail_containers_empty", "rail_containers_loaded", "trains",
    "truck_containers_empty", "truck_containers_loaded", "trucks",
]

[columns.vehicle_reported_count]
en = "Vehicles or containers, in units of the measure."
es = "Vehículos o contenedores, en unidades de la medida."
unit = "1"
least = 0
*/
select
    period_first_day,
    freq,
    source,
    reporter,
    counterpart,
    post,
    direction,
    measure,
    sum(reported_count)::bigint as vehicle_reported_count,
    case
        when bool_or(
            broken(source, reporter, post, nationality, measure, period_first_day - 1, period_first_day)
        ) then 'B'
        else 'A'
    end                         as obs_status
from silver.reported_count
where freq = 'M'
  and measure in (
      'buses',
      'personal_vehicles',
      'rail_containers_empty',
      'rail_containers_loaded',
      'trains',
      'truck_containers_empty',
      'truck_containers_loaded',
      'trucks'
  )
  and period_first_day >= $from
  and period_first_day < $to
group by all
