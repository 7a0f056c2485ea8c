/*
title_en = "Value matched in the mirror"
title_es = "Valor emparejado en el espejo"
says_en = "How much of the value that two countries report of one flow lies in products that both report."
says_es = "Qué parte del valor que dos países informan de un flujo está en productos que ambos informan."
group = "mirror"
unit = "pct"
denominator_en = "Exporter's FOB value and importer's CIF value of all products, added."
denominator_es = "Valor FOB del exportador y valor CIF del importador de todos los productos, sumados."
grain = [
    "period_first_day", "freq", "source", "exporter", "importer", "product_classification", "product_digits",
]
period = ["month", "year"]
whole = "month"
reach = 0
method = ["T28", "T30", "T32", "T33", "C9", "C15", "C21"]
source_en = "Mirror gap, from trade lines that both countries of a pair publish."
source_es = "Brecha espejo, a partir de líneas de comercio que publican ambos países de un par."
caveat_en = """
Of food and agriculture alone (FAO).
A high match is not a small gap: both report, and may report very different values. At the values as published, FOB on one
side and CIF on the other. One good under two codes is unmatched on both sides: between Peru and Ecuador in 2011 "food wastes"
and "other concentrates" look like one. More digits match less: compare only equal digits."""
caveat_es = """
Solo de alimentos y agricultura (FAO).
Un emparejamiento alto no es una brecha pequeña: ambos informan, y pueden informar valores muy distintos. Con los valores
publicados, FOB de un lado y CIF del otro. Un bien con dos códigos queda sin pareja en ambos lados: entre el Perú y Ecuador en
2011 los residuos alimenticios y otros concentrados parecen ser uno. Con más dígitos se empareja menos."""
severity = "warning"
confidentiality = "none"
coverage = "full"
owner = "trade-statistics"

[columns.product_digits]
en = "Digits of the products that are matched."
es = "Dígitos de los productos que se emparejan."
unit = "1"
least = 2

[columns.mirror_matched_value_pct]
en = "Value in products that both report, per hundred of all value of both; null without value."
es = "Valor en productos que ambos informan, por cien de todo el valor de ambos; nulo sin valor."
unit = "pct"
least = 0
most = 100
required = false

[columns.matched_items]
en = "Products that both report."
es = "Productos que ambos informan."
unit = "1"
least = 0

[columns.matched_gap_usd]
en = "Importer's CIF less exporter's FOB over those products, with sign."
es = "CIF del importador menos FOB del exportador en esos productos, con signo."
unit = "USD"

[columns.matched_absolute_gap_usd]
en = "The same without signs, product by product."
es = "Lo mismo sin signos, producto por producto."
unit = "USD"
least = 0

[columns.exporter_only_items]
en = "Products that the exporter reports alone."
es = "Productos que informa solo el exportador."
unit = "1"
least = 0

[columns.exporter_only_fob_usd]
en = "Their value, FOB."
es = "Su valor, FOB."
unit = "USD"
least = 0

[columns.importer_only_items]
en = "Products that the importer reports alone."
es = "Productos que informa solo el importador."
unit = "1"
least = 0

[columns.importer_only_cif_usd]
en = "Their value, CIF."
es = "Su valor, CIF."
unit = "USD"
least = 0

[columns.both_reported_usd]
en = "All value, exporter's FOB and importer's CIF added: the denominator, not an amount of trade."
es = "Todo el valor, FOB del exportador y CIF del importador sumados: el denominador, no un monto de comercio."
unit = "USD"
least = 0
*/
with summed as (
    select
        period_first_day,
        freq,
        source,
        exporter,
        importer,
        product_classification,
        length(product)                                                             as product_digits,
        sum(coalesce(exporter_fob_usd, 0) + coalesce(importer_cif_usd, 0))          as both_reported_usd,
        coalesce(sum(exporter_fob_usd + importer_cif_usd), 0)                       as matched_usd,
        count(*) filter (sides = 'both')                                            as matched_items,
        coalesce(sum(reported_gap_usd) filter (sides = 'both'), 0)                  as matched_gap_usd,
        coalesce(sum(abs(reported_gap_usd)) filter (sides = 'both'), 0)             as matched_absolute_gap_usd,
        count(*) filter (sides = 'exporter')                                        as exporter_only_items,
        coalesce(sum(exporter_fob_usd) filter (sides = 'exporter'), 0)              as exporter_only_fob_usd,
        count(*) filter (sides = 'importer')                                        as importer_only_items,
        coalesce(sum(importer_cif_usd) filter (sides = 'importer'), 0)              as importer_only_cif_usd
    from gold.mirror_gap_fob_usd
    where period_first_day >= $from
      and period_first_day < $to
    group by all
)

select
    period_first_day,
    freq,
    source,
    exporter,
    importer,
    product_classification,
    product_digits,
    100 * matched_usd / nullif(both_reported_usd, 0)      as mirror_matched_value_pct,
    matched_items,
    matched_gap_usd,
    matched_absolute_gap_usd,
    exporter_only_items,
    exporter_only_fob_usd,
    importer_only_items,
    importer_only_cif_usd,
    both_reported_usd,
    case when both_reported_usd = 0 then 'M' else 'A' end as obs_status
from summed
