/*
title_en = "Samples over the limit, by law"
title_es = "Muestras sobre el límite, por norma"
says_en = "Of a hundred samples that can be assessed, how many were beyond the limit of one law at one station."
says_es = "De cada cien muestras evaluables, cuántas pasaron el límite de una norma en una estación."
group = "basin"
unit = "pct"
denominator_en = "Readings that can be assessed: those wholly within or wholly beyond the limit."
denominator_es = "Lecturas evaluables: las que están del todo dentro o del todo fuera del límite."
grain = ["period_first_day", "freq", "source", "station", "parameter", "fraction", "law", "category"]
period = ["year"]
reach = 0
method = ["B1", "B2", "B4", "C11", "C15", "C17", "C21"]
source_en = "Water authorities and laboratories of both countries; limits as printed in each law."
source_es = "Autoridades del agua y laboratorios de ambos países; límites según el texto de cada norma."
caveat_en = """
Null with reason limit_unverified where nobody has yet checked the limit in the law: all of Ecuador's, some of Peru's. A
non-detect whose limit of detection is above the legal limit is not assessable, never compliant. Limits of the water
body, not of effluents; which category a reach has is for its authority to say. A clean water column is not a clean river:
metals sit in sediment. Simulated readings are kept back (conf_status N)."""
caveat_es = """
Nulo con motivo limit_unverified si nadie ha cotejado aún el límite con la norma: todos los de Ecuador y algunos de Perú. Un
no detectado con límite de detección sobre el límite legal no es evaluable, nunca conforme. Son límites del cuerpo de agua,
no de efluentes; la categoría de cada tramo la fija su autoridad. Una columna de agua limpia no es un río limpio: los metales
están en el sedimento. Las lecturas simuladas se reservan (conf_status N)."""
severity = "critical"
confidentiality = "none"
coverage = "full"
owner = "basin-secretariat"

[columns.station]
en = "Station of the network."
es = "Estación de la red."

[columns.parameter]
en = "Substance measured."
es = "Sustancia medida."

[columns.fraction]
en = "Part of the sample: total or dissolved; _Z where it does not apply."
es = "Parte de la muestra: total o disuelta (dissolved); _Z si no corresponde."

[columns.law]
en = "Law of the limit: PE-ECA is D.S. 004-2017-MINAM of Peru, EC-097A is A.M. 097-A of Ecuador."
es = "Norma del límite: PE-ECA es el D.S. 004-2017-MINAM del Perú, EC-097A es el A.M. 097-A del Ecuador."

[columns.category]
en = "Category or table within the law."
es = "Categoría o tabla dentro de la norma."

[columns.water_exceedance_pct]
en = "Readings beyond the limit per hundred that can be assessed."
es = "Lecturas que pasan el límite por cada cien evaluables."
unit = "pct"
least = 0
most = 100
required = false

[columns.exceeding]
en = "Readings beyond the limit; null where the limit is unverified."
es = "Lecturas que pasan el límite; nulo si el límite no está verificado."
unit = "readings"
least = 0
required = false

[columns.assessable]
en = "Readings wholly within or wholly beyond the limit; null where the limit is unverified."
es = "Lecturas del todo dentro o del todo fuera del límite; nulo si el límite no está verificado."
unit = "readings"
least = 0
required = false

[columns.not_assessable]
en = "Readings whose interval holds the limit, or that have no figure; null where the limit is unverified."
es = "Lecturas cuyo intervalo contiene el límite o que no tienen cifra; nulo si el límite no está verificado."
unit = "readings"
least = 0
required = false

[columns.readings]
en = "All readings."
es = "Todas las lecturas."
unit = "readings"
least = 1

[columns.reason]
en = "Why there is no figure: limit_unverified or none_assessable."
es = "Por qué no hay cifra: limit_unverified, límite sin verificar, o none_assessable, ninguna evaluable."
codes = ["limit_unverified", "none_assessable"]
required = false
*/
with measured as (
    select
        date_trunc('year', sampling_day)::date as period_first_day,
        reading.source,
        reading.station,
        reading.parameter,
        reading.fraction,
        allowed.law,
        allowed.category,
        allowed.operator,
        allowed.verified::boolean              as verified,
        allowed.value::decimal(18, 6)          as allowed_value,
        case censor
            when 'below_detection' then 0
            when 'below_quantification' then detection_limit
            else reading.value
        end                                    as low,
        -- above the range there is no upper end: null, and the limit below the lower end decides alone
        case censor
            when 'below_detection' then detection_limit
            when 'below_quantification' then quantification_limit
            when 'none' then reading.value
        end                                    as high
    from silver.reading as reading
    inner join reference.water_limits as allowed
        on allowed.parameter = reading.parameter
        and allowed.matrix = reading.matrix
        and allowed.fraction = reading.fraction
        and allowed.unit = reading.value_unit
        and reading.sampling_day >= allowed.valid_from::date
        and reading.sampling_day < allowed.valid_to::date
    where sampling_day >= $from
      and sampling_day < $to
),

assessed as (
    select
        period_first_day,
        source,
        station,
        parameter,
        fraction,
        law,
        category,
        verified,
        coalesce(case operator when '<=' then low > allowed_value else high < allowed_value end, false)   as exceeds,
        coalesce(case operator when '<=' then high <= allowed_value else low >= allowed_value end, false) as complies
    from measured
),

counted as (
    select
        period_first_day,
        source,
        station,
        parameter,
        fraction,
        law,
        category,
        bool_and(verified)                           as verified,
        count(*) filter (exceeds)::bigint            as exceeding,
        count(*) filter (exceeds or complies)::bigint as assessable,
        count(*)::bigint                             as readings
    from assessed
    group by all
)

select
    period_first_day,
    'A'                                                             as freq,
    source,
    station,
    parameter,
    fraction,
    law,
    category,
    case when verified then 100 * exceeding / nullif(assessable, 0) end as water_exceedance_pct,
    case when verified then exceeding end                           as exceeding,
    case when verified then assessable end                          as assessable,
    case when verified then readings - assessable end               as not_assessable,
    readings,
    case
        when not verified then 'limit_unverified'
        when assessable = 0 then 'none_assessable'
    end                                                             as reason,
    case source when 'simulated' then 'N' else 'F' end              as conf_status
from counted
