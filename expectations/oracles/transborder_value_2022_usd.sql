/*
title_en  = "US trade with Mexico and Canada, 2022: exports FAS plus imports at customs value, as the publisher adds them"
title_es  = "Comercio de EE. UU. con México y Canadá, 2022: exportaciones FAS más importaciones en valor en aduana, como las suma quien publica"
kind      = "comparison with the publisher's file"
unit      = "USD"
unit_es   = "USD"
published = 1_572_030_273_468
source    = "US Bureau of Transportation Statistics, TransBorder Freight Data, annual file"
*/
select sum(trade_value_usd)
from lake.gold.trade_value_usd
where source = 'us_transborder'
  and freq = 'M'
  and year(period_first_day) = 2022
