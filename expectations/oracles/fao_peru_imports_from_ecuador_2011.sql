/*
title_en  = "Food and agriculture from Ecuador to Peru, reported by Peru, CIF, 2011"
title_es  = "Alimentos y agricultura del Ecuador al Perú, informado por el Perú, CIF, 2011"
kind      = "counted in the shipped files"
unit      = "thousand USD"
unit_es   = "miles de USD"
published = 64_151
source    = "FAO, detailed trade matrix 2011 (food and agriculture)"
*/
select sum(trade_value_usd)::decimal(18, 2) * 0.001
from lake.gold.trade_value_usd
where source = 'fao'
  and reporter = 'PE'
  and partner = 'EC'
  and flow = 'M'
  and valuation = 'CIF'
  and freq = 'A'
  and year(period_first_day) = 2011
