/*
title_en  = "Peruvians in Ecuador, entries less exits, 2024"
title_es  = "Peruanos en el Ecuador, entradas menos salidas, 2024"
kind      = "counted in the shipped files"
unit      = "crossings"
unit_es   = "cruces"
published = 833
source    = "IOM, regular entries (108,205) and exits (107,372) by nationality, package amerdigest"
*/
select sum(people_net_balance)
from lake.gold.people_net_balance
where source = 'iom'
  and reporter = 'EC'
  and nationality = 'PE'
  and year(period_first_day) = 2024
