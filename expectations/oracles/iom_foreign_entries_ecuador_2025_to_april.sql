/*
title_en  = "Foreigners entering Ecuador, January to April 2025, as IOM counts them (a part of a year)"
title_es  = "Extranjeros que entraron al Ecuador, enero a abril de 2025, según la OIM (una parte del año)"
kind      = "counted in the shipped files"
unit      = "entries"
unit_es   = "entradas"
published = 436_663
source    = "IOM, regular entries by nationality, package amerdigest"
*/
select sum(people_entries_by_nationality)
from lake.gold.people_entries_by_nationality
where source = 'iom'
  and reporter = 'EC'
  and not own_national
  and period_first_day between '2025-01-01' and '2025-04-01'
