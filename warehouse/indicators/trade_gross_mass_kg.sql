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
method = ["T3", "T6", "T7", "T8", "C11", "C12", "C14"]
source_en = "Trade lines published by statistical offices."
source_es = "Líneas de comercio publicadas por oficinas de estadística."
caveat_en = """
Gross, never to be read or added as net mass. NULL where a line of the cell lacks its mass: available_gross_mass_kg
sums the lines that have it, lines_with_mass counts them. US exports by truck, rail, pipeline, mail and other means
report no mass. 0 kg beside a value can mean not reported: in 2022, 362 cells of 19.16 billion USD, nearly all of
that value US imports by pipeline (chapter 27) and by other means. Months only."""
caveat_es = """
Bruta: no leer ni sumar como masa neta. Sin dato (NULL) si a una línea de la celda le falta la masa:
available_gross_mass_kg suma las líneas que la tienen y lines_with_mass las cuenta. Las exportaciones de EE. UU. por
camión, ferrocarril, ducto, correo y otros medios no informan masa. 0 kg junto a un valor puede significar que la
masa no se informó: en 2022, 362 celdas por 19 160 millones de USD, casi todo en importaciones de EE. UU. por ducto
(capítulo 27) y por otros medios. Solo datos mensuales."""
severity = "critical"
confidentiality = "standard"
coverage = "full"
owner = "trade-statistics"

[columns.trade_gross_mass_kg]
en = "Gross mass of all lines; NULL where not every line reports it."
es = "Masa bruta de todas las líneas; sin dato (NULL) si no todas la informan."
unit = "kg"
least = 0
required = false

[columns.available_gross_mass_kg]
en = "Gross mass of the lines that report it; NULL where none does."
es = "Masa bruta de las líneas que la informan; sin dato (NULL) si ninguna lo hace."
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
