/*
title_en  = "Value that the annual file classifies otherwise: chapters 68 and 88 at port 2304"
title_es  = "Valor que el archivo anual clasifica de otro modo: capítulos 68 y 88 en el puerto 2304"
kind      = "comparison with the publisher's file"
unit      = "USD"
unit_es   = "USD"
published = 5_776
source    = "US Bureau of Transportation Statistics, TransBorder Freight Data, annual file"
*/
with annual as (
    select
        COMMODITY2 as product,
        sum(VALUE) as value_usd
    from read_parquet(getvariable('data') || '/us_bts_transborder_freight/dot3_2022_annual.parquet')
    where DEPE = '2304'
    group by all
),
ours as (
    select
        product,
        sum(value_usd) as value_usd
    from lake.silver.reported_trade
    where source = 'us_transborder'
      and freq = 'M'
      and post = '2304'
      and year(period_first_day) = 2022
    group by all
)
select sum(greatest(ours.value_usd - annual.value_usd, 0))
from annual
join ours using (product)
where product in ('68', '88')
