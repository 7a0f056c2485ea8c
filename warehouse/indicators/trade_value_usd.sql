/*
title_en = "Trade value"
title_es = "Valor del comercio"
says_en = "Value of the goods traded, at the valuation that the reporter publishes."
says_es = "Valor de los bienes comerciados, con la valoración que publica el país informante."
group = "trade"
unit = "USD"
grain = [
    "period_first_day", "freq", "source", "reporter", "flow", "partner_concept", "partner",
    "product_classification", "product", "mode", "post", "valuation",
]
period = ["month", "year"]
whole = "month"
reach = 0
method = ["T3", "T5", "T6", "T8", "T11", "C3", "C5", "C20"]
source_en = "Trade lines published by statistical offices."
source_es = "Líneas de comercio publicadas por oficinas de estadística."
caveat_en = """
Never add valuations, sources, partner concepts or reporters. Exports hold goods of domestic and of foreign origin, and
goods in and out of containers are together. Classifications and their digits are the publisher's.
A published year stands on its first day (freq A): never add it to its months. FAO's lines are food and agriculture."""
caveat_es = """
No sumar valoraciones, fuentes, criterios de país socio ni países informantes. Las exportaciones incluyen bienes de
origen nacional y extranjero, y están juntos los bienes en contenedor y fuera de él. La nomenclatura y sus dígitos
son los de quien publica. Un año publicado está en su primer día (freq A): no
sumarlo a sus meses. Las líneas de la FAO son de alimentos y agricultura."""
severity = "critical"
confidentiality = "standard"
coverage = "full"
owner = "trade-statistics"

[columns.trade_value_usd]
en = "Value of the goods."
es = "Valor de los bienes."
unit = "USD"
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
    sum(value_usd) as trade_value_usd,
    count(*)       as lines,
    'F'            as conf_status -- every line of this table has been published by its office
from silver.reported_trade
where freq in ('A', 'M')
  and period_first_day >= $from
  and period_first_day < $to
group by all
