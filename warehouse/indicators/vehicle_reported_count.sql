/*
title_en = "Published vehicle and container counts"
title_es = "Conteos publicados de vehículos y contenedores"
says_en = "How many vehicles and containers an agency published as having crossed at a post."
says_es = "Cuántos vehículos y contenedores publicó una agencia como cruzados en un puesto."
group = "vehicles"
unit = "1"
grain = ["period_first_day", "freq", "source", "reporter", "counterpart", "post", "direction", "measure"]
period = ["month"]
reach = 0
method = ["P14", "P16", "C5", "C11", "C20"]
source = "Published counts of border agencies."
caveat_en = """
Measures are not added to one another: a loaded container is also a truck. A month without a row is not a zero: agencies
changed their habit of printing zeros. Posts are split and renamed. Months only."""
caveat_es = """
Las medidas no se suman entre sí: un contenedor cargado es también un camión. Un mes sin fila no es un cero: las
agencias cambiaron su costumbre de imprimir ceros. Los puestos se dividen y cambian de nombre. Solo meses."""
severity = "critical"
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
    sum(reported_count)::bigint as vehicle_reported_count
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
