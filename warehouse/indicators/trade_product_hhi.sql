/*
title_en = "Concentration by product"
title_es = "Concentración por producto"
says_en = "How far a year's trade with one partner is concentrated in few products, by four measures."
says_es = "Cuánto se concentra en pocos productos el comercio de un año con un socio, según cuatro medidas."
group = "trade"
unit = "ratio"
grain = [
    "period_first_day", "freq", "source", "reporter", "flow", "partner_concept", "partner",
    "product_classification", "product_digits", "valuation",
]
period = ["year"]
reach = 0
method = ["T11", "T23", "T24", "C3", "C9", "C15"]
source_en = "Trade value, from trade lines published by statistical offices."
source_es = "Valor del comercio, a partir de líneas de comercio publicadas por oficinas de estadística."
caveat_en = """
The index is on a scale of 0 to 1. More digits give lower figures: compare only figures of equal digits and edition.
A year with fewer than twelve months of data is a part of a year. n and N are the chapters that can exist, 98 of
them, of which 98 and 99 are national ones of the United States; for finer products they are unknown, and what needs
them is NULL. FAO's items (FCL) are food and agriculture alone, never all trade of a country."""
caveat_es = """
El índice está en escala de 0 a 1. Con más dígitos las cifras bajan: comparar solo cifras con igual número de dígitos
y misma edición. Un año con menos de doce meses de datos es parte de un año. n y N son los capítulos posibles, 98, de
los cuales el 98 y el 99 son nacionales de los Estados Unidos; para productos más detallados no se conocen, y lo que
los necesita queda sin dato (NULL). Los productos de la FAO (FCL) son solo alimentos y agricultura, no todo el
comercio de un país."""
severity = "warning"
confidentiality = "none"
coverage = "full"
owner = "trade-statistics"

[columns.product_digits]
en = "Digits of the products that are compared: 2 for chapters of the Harmonized System."
es = "Dígitos de los productos comparados: 2 para capítulos del Sistema Armonizado."
unit = "1"
least = 2

[columns.trade_product_hhi]
en = "Herfindahl-Hirschman index, the sum of squared shares; 1 when all is one product; NULL without value."
es = """
Índice de Herfindahl-Hirschman, suma de participaciones al cuadrado; 1 si todo es un producto; sin dato (NULL) si no
hay valor."""
unit = "ratio"
least = 0
most = 1
required = false

[columns.normalised_hhi]
en = "The index brought to a scale from 0, equal shares of all n categories, to 1."
es = "El índice llevado a una escala de 0, partes iguales de las n categorías, a 1."
unit = "ratio"
most = 1
required = false

[columns.theil]
en = "Theil index over all N categories, those without trade included; 0 when all are equal, ln N when all is one."
es = """
Índice de Theil sobre las N categorías, también las que no tienen comercio; 0 si son iguales, ln N si todo está en
una."""
unit = "ratio"
least = 0
required = false

[columns.effective_products]
en = "Number of equal products that would give the same index: one over it."
es = "Número de productos iguales que daría el mismo índice: su inverso."
unit = "1"
decimals = 1
least = 1
required = false

[columns.categories]
en = """
n and N: categories that can exist, the chapters in use of the reference list, 98 and 99 included; NULL if not known."""
es = """
n y N: categorías posibles, los capítulos en uso de la lista, 98 y 99 incluidos; sin dato (NULL) si no se conocen."""
unit = "1"
least = 1
required = false

[columns.products]
en = "Products with a published line, zeros included."
es = "Productos con una línea publicada, incluidos los ceros."
unit = "1"
least = 1

[columns.months]
en = "Months with data in the year; twelve where the publisher gives the year as one figure."
es = "Meses con datos en el año; doce si quien publica da el año en una sola cifra."
unit = "1"
least = 1
most = 12

[columns.value_usd]
en = "Value of all products."
es = "Valor de todos los productos."
unit = "USD"
least = 0
*/
with product_value as (
    select
        date_trunc('year', period_first_day)::date as year_first_day,
        freq                                       as published_freq,
        source,
        reporter,
        flow,
        partner_concept,
        partner,
        product_classification,
        length(product)                            as product_digits,
        valuation,
        product,
        sum(trade_value_usd)                       as product_usd,
        bit_or(
            case freq when 'A' then (1 << 13) - 2 else 1 << month(period_first_day) end -- a year is twelve months
        )                                          as month_bits
    from gold.trade_value_usd
    where period_first_day >= $from
      and period_first_day < $to
    group by all
),

-- Sums of decimals do not depend on the order of rows; sums of floating point would.
summed as (
    select
        year_first_day,
        published_freq,
        source,
        reporter,
        flow,
        partner_concept,
        partner,
        product_classification,
        product_digits,
        valuation,
        sum(product_usd)                                                                               as value_usd,
        sum(product_usd * product_usd)                                                                 as squared_usd2,
        sum((case when product_usd > 0 then product_usd * ln(product_usd) else 0 end)::decimal(38, 10)) as usd_ln_usd,
        count(*)                                                                                       as products,
        bit_count(bit_or(month_bits))::bigint                                                          as months
    from product_value
    group by all
),

chapter as (
    select count(*) as in_use
    from reference.hs_chapters
    where reserved = 'false'
),

measured as (
    select
        summed.year_first_day,
        summed.source,
        summed.reporter,
        summed.flow,
        summed.partner_concept,
        summed.partner,
        summed.product_classification,
        summed.product_digits,
        summed.valuation,
        summed.value_usd,
        summed.products,
        summed.months,
        summed.squared_usd2::double / nullif((summed.value_usd * summed.value_usd)::double, 0) as hhi,
        case when summed.value_usd > 0
            then summed.usd_ln_usd::double / summed.value_usd::double - ln(summed.value_usd)
        end                                                                                          as share_ln_share,
        case when summed.product_digits = 2 and summed.product_classification like 'HS%'
            then chapter.in_use
        end                                                                                          as categories
    from summed
    cross join chapter
    -- a year that was published as one figure, else the sum of its months; never both
    qualify row_number() over (
        partition by
            summed.year_first_day,
            summed.source,
            summed.reporter,
            summed.flow,
            summed.partner_concept,
            summed.partner,
            summed.product_classification,
            summed.product_digits,
            summed.valuation
        order by summed.published_freq
    ) = 1
)

select
    year_first_day                                          as period_first_day,
    'A'                                                     as freq,
    source,
    reporter,
    flow,
    partner_concept,
    partner,
    product_classification,
    product_digits,
    valuation,
    hhi                                                     as trade_product_hhi,
    case
        when categories = 1 then 1
        else (hhi - 1 / categories) / (1 - 1 / categories)
    end                                                     as normalised_hhi,
    case
        when ln(categories) + share_ln_share < 0 then 0 -- equal parts, where rounding can leave less than nothing
        else ln(categories) + share_ln_share
    end                                                     as theil,
    1 / hhi                                                 as effective_products,
    categories,
    products,
    months,
    value_usd,
    case when value_usd = 0 then 'M' else 'A' end           as obs_status
from measured
