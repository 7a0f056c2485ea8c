/*
title_en  = "Crossings from or to Peru in the shipped samples (a sample, not a total)"
title_es  = "Cruces desde o hacia el Perú en las muestras incluidas (una muestra, no un total)"
kind      = "counted in the shipped files"
unit      = "crossings"
unit_es   = "cruces"
published = 501
source    = "INEC Ecuador, Entradas y Salidas Internacionales, three files of 1,000 rows"
*/
select count(event_id)
from lake.silver.crossing
where source = 'ec_inec_esi'
  and counterpart = 'PE'
