/*
title_en  = "Food and agriculture from Peru to Ecuador, reported by Ecuador, CIF, 2011"
title_es  = "Alimentos y agricultura del Perú al Ecuador, informado por el Ecuador, CIF, 2011"
kind      = "counted in the shipped files"
unit      = "thousand USD"
unit_es   = "miles de USD"
published = 225_487
source    = "FAO, detailed trade matrix 2011 (food and agriculture)"
*/
select sum(trade_value_usd)::decimal(18, 2) * 0.001
from lake.gold.trade_value_usd
where source = 'fao'
  and reporter = 'EC'
  and partner = 'PE'
  and flow = 'M'
  and valuation = 'CIF'
  and freq = 'A'
  and year(period_first_day) = 2011
