/*
title_en  = "Shipping weight of that trade, 2022"
title_es  = "Peso de embarque de ese comercio, 2022"
unit      = "kg"
published = 593_233_215_407
source    = "US Bureau of Transportation Statistics, TransBorder Freight Data, annual file"
*/
select sum(trade_gross_mass_kg)
from lake.gold.trade_gross_mass_kg
where source = 'us_transborder'
  and freq = 'M'
  and year(period_first_day) = 2022
