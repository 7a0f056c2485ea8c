/*
title_en = "Trade balance, exports FAS less imports CUSTOMS"
title_es = "Balanza comercial, exportaciones FAS menos importaciones CUSTOMS"
says_en = "By how much a country's exports to a partner, valued free alongside ship, exceed its imports from it, at customs value."
says_es = "En cuánto superan las exportaciones de un país a un socio, valoradas franco al costado del buque, a sus importaciones desde él, al valor en aduana."
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
Neither value holds freight and insurance beyond the border, but the two are not one concept: FAS includes carriage to the port
of export, customs value is the price paid. TransBorder is trade by land, sea, air and mail with Mexico and Canada as the United
States alone reports it. Imports are by origin, exports by destination, goods of foreign origin included."""
caveat_es = """
Ningún valor incluye flete y seguro más allá de la frontera, pero no son un mismo concepto: FAS incluye el transporte hasta el
puerto de exportación y el valor en aduana es el precio pagado. TransBorder es el comercio con México y Canadá según solo EE. UU.
Importaciones por origen, exportaciones por destino, con bienes de origen extranjero."""
severity = "critical"
confidentiality = "none"
coverage = "full"
owner = "trade-statistics"

[columns.trade_balance_fas_customs_usd]
en = "Exports FAS less imports CUSTOMS."
es = "Exportaciones FAS menos importaciones CUSTOMS."
unit = "USD"

[columns.exports_fas_usd]
en = "Exports FAS, to the last known destination."
es = "Exportaciones FAS, al último destino conocido."
unit = "USD"
least = 0

[columns.imports_customs_usd]
en = "Imports CUSTOMS, by country of origin."
es = "Importaciones CUSTOMS, por país de origen."
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
            flow = 'X' and valuation = 'FAS' and partner_concept = 'destination'
        )                           as exports_fas_usd,
        sum(trade_value_usd) filter (
            flow = 'M' and valuation = 'CUSTOMS' and partner_concept = 'origin'
        )                           as imports_customs_usd,
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
    exports_fas_usd - imports_customs_usd                                  as trade_balance_fas_customs_usd,
    exports_fas_usd,
    imports_customs_usd,
    (exports_fas_usd - imports_customs_usd) / nullif(exports_fas_usd + imports_customs_usd, 0) as normalised_balance,
    100 * exports_fas_usd / nullif(imports_customs_usd, 0)                 as coverage_pct,
    case when free then 'F' else 'N' end                               as conf_status
from both_flows
where exports_fas_usd is not null -- a flow that was not published is not a flow of zero
  and imports_customs_usd is not null
