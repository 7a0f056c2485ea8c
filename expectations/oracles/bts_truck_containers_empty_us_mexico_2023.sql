/*
title_en  = "Empty truck containers entering the United States from Mexico, 2023"
title_es  = "Contenedores de camión vacíos que entraron a los Estados Unidos desde México, 2023"
kind      = "published total"
unit      = "containers"
unit_es   = "contenedores"
published = 2_296_721
source    = "US Bureau of Transportation Statistics, Border Crossing Entry Data"
*/
select sum(vehicle_reported_count)
from lake.gold.vehicle_reported_count
where source = 'us_bts'
  and counterpart = 'MX'
  and measure = 'truck_containers_empty'
  and freq = 'M'
  and year(period_first_day) = 2023
