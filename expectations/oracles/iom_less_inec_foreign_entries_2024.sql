/*
title_en  = "The same less what INEC published of 2024, 1,247,936: two publications differ by"
title_es  = "Lo mismo menos lo que INEC publicó de 2024, 1 247 936: dos publicaciones difieren en"
kind      = "comparison with the publisher's file"
unit      = "entries"
unit_es   = "entradas"
published = 46
source    = "INEC Ecuador, Entradas y Salidas Internacionales, total of the year, against IOM"
*/
select sum(people_entries_by_nationality) - 1_247_936
from lake.gold.people_entries_by_nationality
where source = 'iom'
  and reporter = 'EC'
  and not own_national
  and year(period_first_day) = 2024
