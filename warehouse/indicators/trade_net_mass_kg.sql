/*
title_en = "Net mass traded"
title_es = "Masa neta comerciada"
says_en = "Mass of the goods traded, without packing."
says_es = "Masa de los bienes comerciados, sin embalaje."
group = "trade"
unit = "kg"
grain = [
    "period_first_day", "freq", "source", "reporter", "flow", "partner_concept", "partner",
    "product_classification", "product", "mode", "post", "valuation",
]
period = ["month", "year"]
whole = "month"
reach = 0
method = ["T3", "T6", "T7", "T8", "C11", "C14"]
source_en = "Trade lines published by statistical offices."
source_es = "Líneas de comercio publicadas por oficinas de estadística."
caveat_en = """
Net, never to be added to gross mass; publications that give none are absent. Null where a line of the cell lacks its mass,
as where a quantity is in heads. FAO gives whole tonnes: 0 says less than half a tonne, or not reported. A published year
stands on its first day (freq A): never add it to its months."""
caveat_es = """
Neta: no sumar con masa bruta; las publicaciones que no la dan están ausentes. Nula si a una línea de la celda le falta la
masa, como cuando la cantidad está en cabezas. La FAO da toneladas enteras: 0 dice menos de media tonelada o no informado.
Un año publicado está en su primer día (freq A): no sumarlo a sus meses."""
severity = "critical"
confidentiality = "standard"
coverage = "full"
owner = "trade-statistics"

[columns.trade_net_mass_kg]
en = "Net mass of all lines; null where not every line reports it."
es = "Masa neta de todas las líneas; nula si no todas la informan."
unit = "kg"
least = 0
required = false

[columns.available_net_mass_kg]
en = "Net mass of the lines that report it; null where none does."
es = "Masa neta de las líneas que la informan; nula si ninguna lo hace."
unit = "kg"
least = 0
required = false

[columns.lines_with_mass]
en = "Lines that report their net mass."
es = "Líneas que informan su masa neta."
unit = "1"
least = 0

[columns.lines]
en = "Published lines behind the figure."
es = "Líneas publicadas que sustentan la cifra."
unit = "1"
least = 1
*/
with cell as (
    select
        period_first_day,
        freq,
        source,
        reporter,
        flow,
        partner_concept,
        partner,
        product_classification,
        product,
        mode,
        post,
        valuation,
        sum(net_mass_kg)   as available_net_mass_kg,
        count(net_mass_kg) as lines_with_mass,
        count(*)           as lines
    from silver.reported_trade
    where freq in ('A', 'M')
      and period_first_day >= $from
      and period_first_day < $to
    group by all
)

select
    period_first_day,
    freq,
    source,
    reporter,
    flow,
    partner_concept,
    partner,
    product_classification,
    product,
    mode,
    post,
    valuation,
    case when lines_with_mass = lines then available_net_mass_kg end as trade_net_mass_kg,
    available_net_mass_kg,
    lines_with_mass,
    lines,
    'F'                                                              as conf_status -- published by its office
from cell
qualify sum(lines_with_mass) over (partition by period_first_day, freq, source, reporter, flow) > 0
