/*
title_en  = "Keys of the publisher's annual file (33,948) whose value and weight equal those of our twelve months"
title_es  = "Claves del archivo anual del organismo que publica (33 948) cuyo valor y peso coinciden con los de nuestros doce meses"
kind      = "comparison with the publisher's file"
unit      = "keys"
unit_es   = "claves"
published = 33_946
source    = "US Bureau of Transportation Statistics, TransBorder Freight Data, annual file"
*/
with annual as (
    select
        case TRDTYPE when '1' then 'X' when '2' then 'M' end as flow,
        DEPE as post,
        COMMODITY2 as product,
        case DISAGMOT
            when '1' then 'sea' when '3' then 'air' when '4' then 'mail' when '5' then 'road' when '6' then 'rail'
            when '7' then 'pipeline' when '8' then 'other' when '9' then 'free_zone'
        end as mode,
        case COUNTRY when '1220' then 'CA' when '2010' then 'MX' end as partner,
        case DF when '1' then 'domestic' when '2' then 'foreign' else '_Z' end as goods_origin,
        case CONTCODE when '0' then 'no' when '1' then 'yes' else '_Z' end as containerised,
        VALUE as value_usd,
        SHIPWT as gross_mass_kg
    from read_parquet(getvariable('data') || '/us_bts_transborder_freight/dot3_2022_annual.parquet')
),
ours as (
    select
        flow,
        post,
        product,
        mode,
        partner,
        goods_origin,
        containerised,
        sum(value_usd) as value_usd,
        coalesce(sum(gross_mass_kg), 0) as gross_mass_kg
    from lake.silver.reported_trade
    where source = 'us_transborder'
      and freq = 'M'
      and year(period_first_day) = 2022
    group by all
)
select count(*)
from annual
join ours using (flow, post, product, mode, partner, goods_origin, containerised)
where annual.value_usd = ours.value_usd
  and annual.gross_mass_kg = ours.gross_mass_kg
