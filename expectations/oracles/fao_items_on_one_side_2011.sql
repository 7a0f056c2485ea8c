/*
title_en  = "Products that one of Peru and Ecuador reports and the other does not, 2011"
title_es  = "Productos que uno de los dos países, Perú o Ecuador, informa y el otro no, 2011"
kind      = "counted in the shipped files"
unit      = "products"
unit_es   = "productos"
published = 39
source    = "FAO, detailed trade matrix 2011 (food and agriculture): 13 and 14 from Peru, 9 and 3 from Ecuador"
*/
select count(*)
from lake.gold.mirror_gap_fob_usd
where source = 'fao'
  and year(period_first_day) = 2011
  and sides <> 'both'
