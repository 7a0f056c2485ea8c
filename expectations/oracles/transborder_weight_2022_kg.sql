/*
title_en  = "Shipping weight of US trade with Mexico and Canada, 2022, where reported"
title_es  = "Peso de embarque del comercio de EE. UU. con México y Canadá, 2022, donde se informó"
kind      = "comparison with the publisher's file"
unit      = "kg"
unit_es   = "kg"
published = 593_233_215_407
source    = "US Bureau of Transportation Statistics, TransBorder Freight Data, annual file"
*/
select sum(trade_gross_mass_kg)
from lake.gold.trade_gross_mass_kg
where source = 'us_transborder'
  and freq = 'M'
  and year(period_first_day) = 2022
