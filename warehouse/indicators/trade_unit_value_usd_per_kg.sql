/*
title_en = "Unit value"
title_es = "Valor unitario"
says_en = "Value of a kilogram of the goods of one product, where value and mass were both reported."
says_es = "Valor de un kilogramo de los bienes de un producto, donde se informaron valor y masa."
group = "trade"
unit = "USD/kg"
grain = [
    "period_first_day", "freq", "source", "reporter", "flow", "partner_concept", "partner",
    "product_classification", "product", "mode", "valuation", "mass_kind",
]
period = ["month", "year"]
whole = "month"
reach = 0
method = ["T7", "T17", "T21", "C3", "C9", "C11", "C15"]
source_en = "Trade lines published by statistical offices."
source_es = "Líneas de comercio publicadas por oficinas de estadística."
caveat_en = """
Not a price: it moves with the mix of goods, most of all in a whole chapter. Per kilogram of gross mass, packing included,
for TransBorder; of net mass for FAO: never compare the two (mass_kind). US exports by road, rail and pipeline report no mass
and are absent. Lines far from the median of their stratum are left out here, never from values or masses."""
caveat_es = """
No es un precio: cambia con la mezcla de bienes, más aún en un capítulo entero. Por kilogramo de masa bruta, con embalaje,
en TransBorder; de masa neta en la FAO: no comparar ambas (mass_kind). Las exportaciones de EE. UU. por carretera, tren y
ducto no informan masa y están ausentes. Las líneas lejanas a la mediana de su estrato quedan fuera solo aquí."""
severity = "warning"
confidentiality = "standard"
coverage = "full"
owner = "trade-statistics"

[columns.mass_kind]
en = "Which mass it is: net, without packing, or gross, with packing."
es = "Qué masa es: neta (net), sin embalaje, o bruta (gross), con embalaje."
codes = ["gross", "net"]

[columns.trade_unit_value_usd_per_kg]
en = "Sum of values over sum of masses of the lines that have both, outliers left out; null where no line has."
es = "Suma de valores entre suma de masas de las líneas con ambos, sin atípicos; nulo si ninguna línea los tiene."
unit = "USD/kg"
decimals = 4
least = 0
required = false

[columns.priced_value_usd]
en = "Value of the lines behind the unit value: the numerator."
es = "Valor de las líneas que sustentan el valor unitario: el numerador."
unit = "USD"
least = 0
required = false

[columns.priced_mass_kg]
en = "Mass of those lines: the denominator."
es = "Masa de esas líneas: el denominador."
unit = "kg"
least = 0
required = false

[columns.all_value_usd]
en = "Value of all lines of the stratum, those without mass and outliers too."
es = "Valor de todas las líneas del estrato, también las que no tienen masa y las atípicas."
unit = "USD"
least = 0

[columns.priced_lines]
en = "Lines behind the unit value."
es = "Líneas que sustentan el valor unitario."
unit = "1"
least = 0

[columns.outlier_lines]
en = "Lines with value and mass that the rule leaves out."
es = "Líneas con valor y masa que la regla deja fuera."
unit = "1"
least = 0

[columns.lines]
en = "All published lines of the stratum."
es = "Todas las líneas publicadas del estrato."
unit = "1"
least = 1

[columns.outlier_rule]
en = "Version of the rule for outliers."
es = "Versión de la regla de valores atípicos."
*/
with line as (
    select
        struct_pack(
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
            valuation,
            mass_kind := kind.mass_kind
        ) as stratum,
        value_usd,
        case kind.mass_kind when 'net' then net_mass_kg else gross_mass_kg end as mass_kg,
        -- floating point tells outliers and enters no sum
        case when value_usd > 0 and mass_kg > 0 then ln(value_usd::double / mass_kg::double) end as log_usd_per_kg
    from silver.reported_trade
    cross join (values ('net'), ('gross')) as kind (mass_kind)
    where freq in ('A', 'M')
      and period_first_day >= $from
      and period_first_day < $to
),

centred as (
    select
        stratum,
        value_usd,
        mass_kg,
        log_usd_per_kg,
        abs(log_usd_per_kg - median(log_usd_per_kg) over alike) as deviation,
        count(log_usd_per_kg) over alike                        as lines_with_both
    from line
    window alike as (partition by stratum)
    qualify count(mass_kg) over alike > 0
),

scaled as (
    select
        stratum,
        value_usd,
        mass_kg,
        log_usd_per_kg,
        lines_with_both,
        deviation,
        median(deviation) over (partition by stratum) as middle_deviation
    from centred
),

judged as (
    select
        scaled.stratum,
        scaled.value_usd,
        scaled.mass_kg,
        rule.rule as outlier_rule,
        case
            when scaled.log_usd_per_kg is null then 'without'
            when scaled.lines_with_both < rule.least_lines::integer then 'priced'
            when scaled.deviation > rule.k::double * 1.4826 * case scaled.middle_deviation
                when 0 then rule.mad_floor::double
                else scaled.middle_deviation
            end then 'outlier'
            else 'priced'
        end       as part
    from scaled
    cross join reference.outlier_rules as rule
    where rule.applies_to = 'unit_value'
),

summed as (
    select
        stratum,
        outlier_rule,
        sum(value_usd) filter (part = 'priced') as priced_value_usd,
        sum(mass_kg) filter (part = 'priced')   as priced_mass_kg,
        sum(value_usd)                          as all_value_usd,
        count(*) filter (part = 'priced')       as priced_lines,
        count(*) filter (part = 'outlier')      as outlier_lines,
        count(*)                                as lines
    from judged
    group by all
)

select
    stratum.*,
    priced_value_usd / nullif(priced_mass_kg, 0) as trade_unit_value_usd_per_kg,
    priced_value_usd,
    priced_mass_kg,
    all_value_usd,
    priced_lines,
    outlier_lines,
    lines,
    outlier_rule,
    'F'                                          as conf_status -- published by its office
from summed
