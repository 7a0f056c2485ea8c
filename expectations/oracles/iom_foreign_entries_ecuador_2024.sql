/*
title_en  = "Foreigners entering Ecuador, 2024, as IOM counts them"
title_es  = "Extranjeros que entraron al Ecuador, 2024, según la OIM"
kind      = "counted in the shipped files"
unit      = "entries"
unit_es   = "entradas"
published = 1_247_982
source    = "IOM, regular entries by nationality, package amerdigest"
*/
select sum(people_entries_by_nationality)
from lake.gold.people_entries_by_nationality
where source = 'iom'
  and reporter = 'EC'
  and not own_national
  and year(period_first_day) = 2024
