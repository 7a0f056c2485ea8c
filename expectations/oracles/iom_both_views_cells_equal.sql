/*
title_en  = "Months of the people of Peru and Ecuador as each country counted them (192 figures of 40 months): equal to ours"
title_es  = "Meses de las personas del Perú y del Ecuador según contó cada país (192 cifras de 40 meses): iguales a las nuestras"
kind      = "counted in the shipped files"
unit      = "figures"
unit_es   = "cifras"
published = 192
source    = "IOM, regular entries and exits by nationality, package amerdigest; laid side by side apart from this project"
*/
with stated as (
    unpivot (
        select
            strptime(t, '%Y-%m')::date as period_first_day,
            columns(* exclude (t))
        from read_csv(
            getvariable('data') || '/iom_regular_flows/per_ecu_monthly_people_mirror.csv', types = {'t': 'varchar'}
        )
    )
    on columns(* exclude (period_first_day))
    into name flow value stated_count
),
ours as (
    select
        period_first_day,
        case view
            when 'ec_entries' then 'entries_to_ECU_of_'
            when 'ec_exits' then 'exits_from_ECU_of_'
            when 'pe_entries' then 'entries_to_PER_of_'
            when 'pe_exits' then 'exits_from_PER_of_'
        end || case nationality when 'EC' then 'ECU' when 'PE' then 'PER' end as flow,
        people_both_views
    from lake.gold.people_both_views
    where source = 'iom'
)
select count(*)
from stated
join ours using (period_first_day, flow)
where stated_count = people_both_views
