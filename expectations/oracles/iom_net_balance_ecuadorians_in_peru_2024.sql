/*
title_en  = "Ecuadorians in Peru, entries less exits, 2024"
title_es  = "Ecuatorianos en el Perú, entradas menos salidas, 2024"
kind      = "counted in the shipped files"
unit      = "crossings"
unit_es   = "cruces"
published = 5_481
source    = "IOM, regular entries (361,931) and exits (356,450) by nationality, package amerdigest"
*/
select sum(people_net_balance)
from lake.gold.people_net_balance
where source = 'iom'
  and reporter = 'PE'
  and nationality = 'EC'
  and year(period_first_day) = 2024
