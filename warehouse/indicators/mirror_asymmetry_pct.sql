/*
title_en = "Mirror asymmetry"
title_es = "Asimetría espejo"
says_en = "The mirror gap in per cent of the mean of what both countries report of a product, or of all products."
says_es = "La brecha espejo en por ciento de la media de lo que informan ambos países de un producto, o de todos."
group = "mirror"
unit = "pct"
denominator_en = "Mean of the exporter's FOB value and the importer's value at FOB equivalent."
denominator_es = "Media del valor FOB del exportador y del valor del importador en equivalente FOB."
grain = [
    "period_first_day", "freq", "source", "exporter", "importer", "product_classification", "product",
]
period = ["month", "year"]
whole = "month"
reach = 0
method = ["T28", "T29", "T30", "T32", "T33", "C9", "C13", "C15", "C21"]
source_en = "Mirror gap, from trade lines that both countries of a pair publish."
source_es = "Brecha espejo, a partir de líneas de comercio que publican ambos países de un par."
caveat_en = """
Of food and agriculture alone (FAO).
A product that one side reports alone has ±200, which is a finding, not an error. In the total (product _T) gaps of opposite
sign cancel: see the gap by product. At the generic ratio of 1.06; the reported asymmetry, CIF against FOB as published, stands
beside. A gap is not evidence of fraud, and two reporters alone cannot say who is right."""
caveat_es = """
Solo de alimentos y agricultura (FAO).
Un producto que informa un solo lado tiene ±200: es un hallazgo, no un error. En el total (product _T) se anulan brechas de
signo opuesto: ver la brecha por producto. Con la razón genérica 1,06; al lado está la asimetría informada, CIF contra FOB
según se publicó. Una brecha no prueba fraude, y dos informantes solos no pueden decir quién tiene razón."""
severity = "warning"
confidentiality = "none"
coverage = "full"
owner = "trade-statistics"

[columns.product]
en = "Product code in that classification, with its leading zeros; _T all products together."
es = "Código del producto en esa nomenclatura, con sus ceros iniciales; _T todos los productos juntos."

[columns.mirror_asymmetry_pct]
en = "Importer's value at FOB equivalent less exporter's, per hundred of their mean; null where both are zero."
es = "Valor del importador en equivalente FOB menos el del exportador, por cien de su media; nulo si ambos son cero."
unit = "pct"
least = -200
most = 200
required = false

[columns.reported_asymmetry_pct]
en = "Importer's CIF value less exporter's FOB value, per hundred of their mean; null where both are zero."
es = "Valor CIF del importador menos valor FOB del exportador, por cien de su media; nulo si ambos son cero."
unit = "pct"
least = -200
most = 200
required = false

[columns.relative_gap]
en = "Size of the gap over the sum of both values, from 0 to 1; null where both are zero."
es = "Tamaño de la brecha entre la suma de ambos valores, de 0 a 1; nulo si ambos son cero."
unit = "ratio"
least = 0
most = 1
required = false

[columns.log_ratio]
en = "Natural logarithm of the importer's value at FOB equivalent over the exporter's; null where one is zero or absent."
es = "Logaritmo natural del valor del importador en equivalente FOB entre el del exportador; nulo si uno es cero o falta."
unit = "ratio"
required = false

[columns.gap_fob_usd]
en = "The signed gap at FOB equivalent."
es = "La brecha con signo en equivalente FOB."
unit = "USD"
decimals = 2

[columns.absolute_gap_fob_usd]
en = "Sum of the sizes of the gaps by product: in it signs do not cancel."
es = "Suma de los tamaños de las brechas por producto: en ella los signos no se anulan."
unit = "USD"
decimals = 2
least = 0

[columns.items]
en = "Products in the figure."
es = "Productos en la cifra."
unit = "1"
least = 1
*/
with level as (
    select
        period_first_day,
        freq,
        source,
        exporter,
        importer,
        product_classification,
        case which.level when 'total' then '_T' else product end as product,
        sum(coalesce(exporter_fob_usd, 0))                       as exporter_fob_usd,
        sum(coalesce(importer_cif_usd, 0))                       as importer_cif_usd,
        sum(coalesce(importer_fob_usd, 0))                       as importer_fob_usd,
        sum(abs(mirror_gap_fob_usd))                             as absolute_gap_fob_usd,
        count(*)                                                 as items
    from gold.mirror_gap_fob_usd
    cross join (values ('product'), ('total')) as which (level)
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
    product,
    -- the quotient first: of one side alone it is 1 to the last bit
    200 * ((importer_fob_usd - exporter_fob_usd) / nullif(importer_fob_usd + exporter_fob_usd, 0)) as mirror_asymmetry_pct,
    200 * ((importer_cif_usd - exporter_fob_usd) / nullif(importer_cif_usd + exporter_fob_usd, 0)) as reported_asymmetry_pct,
    abs(importer_fob_usd - exporter_fob_usd) / nullif(importer_fob_usd + exporter_fob_usd, 0)      as relative_gap,
    case when importer_fob_usd > 0 and exporter_fob_usd > 0
        then ln(importer_fob_usd / exporter_fob_usd)
    end                                                                                            as log_ratio,
    importer_fob_usd - exporter_fob_usd                                                            as gap_fob_usd,
    absolute_gap_fob_usd,
    items,
    case
        when importer_fob_usd + exporter_fob_usd = 0 then 'M'
        when importer_cif_usd > 0 then 'E'
        else 'A'
    end                                                                                            as obs_status
from level
