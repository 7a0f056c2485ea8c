/*
title_en  = "Trucks entering the United States from Mexico, 2023"
title_es  = "Camiones que entraron a los Estados Unidos desde México, 2023"
kind      = "published total"
unit      = "trucks"
unit_es   = "camiones"
published = 7_356_659
source    = "US Bureau of Transportation Statistics, Border Crossing Entry Data"
*/
select sum(vehicle_reported_count)
from lake.gold.vehicle_reported_count
where source = 'us_bts'
  and counterpart = 'MX'
  and measure = 'trucks'
  and freq = 'M'
  and year(period_first_day) = 2023
