/*
title_en  = "Foreigners entering Ecuador, 2023"
title_es  = "Extranjeros que entraron al Ecuador, 2023"
kind      = "published total"
unit      = "entries"
unit_es   = "entradas"
published = 1_477_999
source    = "INEC Ecuador, Entradas y Salidas Internacionales, total of the year; ours is counted from IOM"
*/
select sum(people_entries_by_nationality)
from lake.gold.people_entries_by_nationality
where source = 'iom'
  and reporter = 'EC'
  and not own_national
  and year(period_first_day) = 2023
