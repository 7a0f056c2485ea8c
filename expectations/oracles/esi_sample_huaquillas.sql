/*
title_en  = "Crossings at Huaquillas in the shipped samples (a sample, not a total)"
title_es  = "Cruces en Huaquillas en las muestras incluidas (una muestra, no un total)"
kind      = "counted in the shipped files"
unit      = "crossings"
unit_es   = "cruces"
published = 341
source    = "INEC Ecuador, Entradas y Salidas Internacionales, three files of 1,000 rows"
*/
select sum(people_crossings)
from lake.gold.people_crossings
where source = 'ec_inec_esi'
  and coverage = 'sample'
  and post = 'huaquillas'
  and freq = 'M'
