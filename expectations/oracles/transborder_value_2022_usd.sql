/*
title_en  = "Trade of the United States with Mexico and Canada, 2022"
title_es  = "Comercio de los Estados Unidos con México y Canadá, 2022"
unit      = "USD"
published = 1_572_030_273_468
source    = "US Bureau of Transportation Statistics, TransBorder Freight Data, annual file"
*/
select sum(trade_value_usd)
from lake.gold.trade_value_usd
where source = 'us_transborder'
  and freq = 'M'
  and year(period_first_day) = 2022
