/*
title_en = "Trade balance, exports FOB less imports CIF"
title_es = "Balanza comercial, exportaciones FOB menos importaciones CIF"
says_en = "By how much a country's exports to a partner, valued free on board, exceed its imports from it, valued with freight and insurance."
says_es = "En cuánto superan las exportaciones de un país a un socio, valoradas franco a bordo, a sus importaciones desde él, valoradas con flete y seguro."
group = "trade"
unit = "USD"
grain = ["period_first_day", "freq", "source", "reporter", "partner", "product_classification"]
period = ["month", "year"]
whole = "month"
reach = 0
method = ["T3", "T5", "T6", "T14", "C11", "C15", "C20"]
source_en = "Trade value, from trade lines published by statistical offices."
source_es = "Valor del comercio, a partir de líneas de comercio publicadas por oficinas de estadística."
caveat_en = """
Imports hold freight and insurance that exports do not: the balance is lower than one of FOB against FOB, and two
neighbours can both show a deficit. FAO's is of food and agriculture alone, never of all trade. Imports are by origin, exports
by destination; re-exports are in only as far as the publisher counts them. Absent where one flow was not published."""
caveat_es = """
Las importaciones incluyen flete y seguro y las exportaciones no: el saldo es menor que el de FOB contra FOB, y dos vecinos
pueden mostrar ambos déficit. El de la FAO es solo de alimentos y agricultura, nunca de todo el comercio. Importaciones por
origen, exportaciones por destino; reexportaciones solo si quien publica las cuenta. Ausente si un flujo no se publicó."""
severity = "critical"
confidentiality = "none"
coverage = "full"
owner = "trade-statistics"

[columns.trade_balance_fob_cif_usd]
en = "Exports FOB less imports CIF."
es = "Exportaciones FOB menos importaciones CIF."
unit = "USD"

[columns.exports_fob_usd]
en = "Exports FOB, to the last known destination."
es = "Exportaciones FOB, al último destino conocido."
unit = "USD"
least = 0

[columns.imports_cif_usd]
en = "Imports CIF, by country of origin."
es = "Importaciones CIF, por país de origen."
unit = "USD"
least = 0

[columns.normalised_balance]
en = "The balance over the sum of both flows, from -1 to 1; null where there is no trade."
es = "El saldo entre la suma de ambos flujos, de -1 a 1; nulo si no hay comercio."
unit = "ratio"
least = -1
most = 1
required = false

[columns.coverage_pct]
en = "Exports per hundred of imports; null where there are no imports."
es = "Exportaciones por cada cien de importaciones; nulo si no hay importaciones."
unit = "pct"
least = 0
required = false
*/
with both_flows as (
    select
        period_first_day,
        freq,
        source,
        reporter,
        partner,
        product_classification,
        sum(trade_value_usd) filter (
            flow = 'X' and valuation = 'FOB' and partner_concept = 'destination'
        )                           as exports_fob_usd,
        sum(trade_value_usd) filter (
            flow = 'M' and valuation = 'CIF' and partner_concept = 'origin'
        )                           as imports_cif_usd,
        bool_and(conf_status = 'F') as free
    from gold.trade_value_usd
    where period_first_day >= $from
      and period_first_day < $to
    group by all
)

select
    period_first_day,
    freq,
    source,
    reporter,
    partner,
    product_classification,
    exports_fob_usd - imports_cif_usd                                  as trade_balance_fob_cif_usd,
    exports_fob_usd,
    imports_cif_usd,
    (exports_fob_usd - imports_cif_usd) / nullif(exports_fob_usd + imports_cif_usd, 0) as normalised_balance,
    100 * exports_fob_usd / nullif(imports_cif_usd, 0)                 as coverage_pct,
    case when free then 'F' else 'N' end                               as conf_status
from both_flows
where exports_fob_usd is not null -- a flow that was not published is not a flow of zero
  and imports_cif_usd is not null
