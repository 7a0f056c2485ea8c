/*
title_en  = "Trucks entering the United States from Canada, 2023"
title_es  = "Camiones que entraron a los Estados Unidos desde Canadá, 2023"
kind      = "published total"
unit      = "trucks"
unit_es   = "camiones"
published = 5_526_056
source    = "US Bureau of Transportation Statistics, Border Crossing Entry Data"
*/
select sum(vehicle_reported_count)
from lake.gold.vehicle_reported_count
where source = 'us_bts'
  and counterpart = 'CA'
  and measure = 'trucks'
  and freq = 'M'
  and year(period_first_day) = 2023
