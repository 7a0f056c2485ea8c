/*
title_en = "Gross mass traded"
title_es = "Masa bruta comerciada"
says_en = "Shipping weight of the goods traded, with packing."
says_es = "Peso de embarque de los bienes comerciados, con embalaje."
group = "trade"
unit = "kg"
grain = [
    "period_first_day", "freq", "source", "reporter", "flow", "partner_concept", "partner",
    "product_classification", "product", "mode", "post", "valuation",
]
period = ["month"]
reach = 0
method = ["T3", "T6", "T7", "T8", "C11", "C14"]
source = "Trade lines published by statistical offices."
caveat_en = """
Gross, never to be read or added as net mass. Null where a line of the cell lacks its mass: the sum over the lines that
have it stands beside, with their number. US exports by road, rail and pipeline report no mass. Months only."""
caveat_es = """
Bruta: no leer ni sumar como masa neta. Nula si a una línea de la celda le falta la masa: al lado está la suma de las
líneas que la tienen, con su número. Las exportaciones de EE. UU. por carretera, tren y ducto no informan masa. Solo meses."""
severity = "critical"
confidentiality = "standard"
coverage = "full"
owner = "trade-statistics"

[columns.trade_gross_mass_kg]
en = "Gross mass of all lines; null where not every line reports it."
es = "Masa bruta de todas las líneas; nula si no todas la informan."
unit = "kg"
least = 0
required = false

[columns.available_gross_mass_kg]
en = "Gross mass of the lines that report it; null where none does."
es = "Masa bruta de las líneas que la informan; nula si ninguna lo hace."
unit = "kg"
least = 0
required = false

[columns.lines_with_mass]
en = "Lines that report their gross mass."
es = "Líneas que informan su masa bruta."
unit = "1"
least = 0

[columns.lines]
en = "Published lines behind the figure."
es = "Líneas publicadas que sustentan la cifra."
unit = "1"
least = 1
*/
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
    case when count(gross_mass_kg) = count(*) then sum(gross_mass_kg) end as trade_gross_mass_kg,
    sum(gross_mass_kg)                                                    as available_gross_mass_kg,
    count(gross_mass_kg)                                                  as lines_with_mass,
    count(*)                                                              as lines,
    'F'                                                                   as conf_status -- published by its office
from silver.reported_trade
where freq = 'M'
  and period_first_day >= $from
  and period_first_day < $to
group by all
