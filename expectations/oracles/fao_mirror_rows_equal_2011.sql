/*
title_en  = "Products of the two countries' reports laid side by side, 2011 (151): both values equal ours, or both are missing"
title_es  = "Productos de los informes de ambos países, lado a lado, 2011 (151): ambos valores iguales a los nuestros, o ambos ausentes"
kind      = "counted in the shipped files"
unit      = "products"
unit_es   = "productos"
published = 151
source    = "FAO, detailed trade matrix 2011 (food and agriculture); laid side by side apart from this project"
*/
with stated as (
    select
        case exporter when 'Ecuador' then 'EC' when 'Peru' then 'PE' end as exporter,
        lpad(fcl::varchar, 4, '0')                                      as product,
        value_exp_fob * 1000                                            as exporter_fob_usd,
        value_imp_cif * 1000                                            as importer_cif_usd
    from read_csv(getvariable('data') || '/fao_trade_matrix_2011/mirror_ecu_per_2011.csv')
)
select count(*)
from stated
join lake.gold.mirror_gap_fob_usd as ours using (exporter, product)
where ours.source = 'fao'
  and year(ours.period_first_day) = 2011
  and stated.exporter_fob_usd is not distinct from ours.exporter_fob_usd
  and stated.importer_cif_usd is not distinct from ours.importer_cif_usd
