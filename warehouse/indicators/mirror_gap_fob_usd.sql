/*
title_en = "Mirror gap, FOB equivalent"
title_es = "Brecha espejo, equivalente FOB"
says_en = "By how much what an importer reports, brought to FOB, exceeds what the exporter reports of the same product."
says_es = "En cuánto supera lo que informa un importador, llevado a FOB, a lo que informa el exportador del mismo producto."
group = "mirror"
unit = "USD"
grain = [
    "period_first_day", "freq", "source", "exporter", "importer", "product_classification", "product",
]
period = ["month", "year"]
whole = "month"
reach = 0
method = ["T6", "T28", "T29", "T30", "T32", "T33", "C5", "C13"]
source_en = "Trade lines that both countries of a pair publish: exports FOB by destination, imports CIF by origin."
source_es = "Líneas de comercio que publican ambos países de un par: exportaciones FOB por destino, importaciones CIF por origen."
caveat_en = """
Of food and agriculture alone (FAO).
A gap is not fraud and nobody's error by itself: valuation, timing, origin and transit, codes and thresholds make gaps. FOB
equivalent = CIF over the ratio beside it; the generic 1.06 holds sea transport and is too large for land neighbours, so the
reported gap (CIF less FOB) stands beside. A product one side reports alone is whole in the gap (sides)."""
caveat_es = """
Solo de alimentos y agricultura (FAO).
Una brecha no es fraude ni por sí sola error de nadie: valoración, fechas, origen y tránsito, códigos y umbrales crean
brechas. Equivalente FOB = CIF entre la razón de al lado; la genérica 1,06 supone transporte marítimo y es demasiado grande
para vecinos por tierra: al lado está la brecha informada (CIF menos FOB). Lo que informa un solo lado cuenta entero (sides)."""
severity = "critical"
confidentiality = "none"
coverage = "full"
owner = "trade-statistics"

[columns.mirror_gap_fob_usd]
en = "Importer's value at FOB equivalent less exporter's FOB value; a side that reports nothing counts as nothing."
es = "Valor del importador en equivalente FOB menos valor FOB del exportador; el lado que nada informa cuenta como nada."
unit = "USD"
decimals = 2

[columns.reported_gap_usd]
en = "Importer's CIF value less exporter's FOB value, as published; freight and insurance are in it."
es = "Valor CIF del importador menos valor FOB del exportador, según se publicó; incluye flete y seguro."
unit = "USD"

[columns.exporter_fob_usd]
en = "Value that the exporter reports, FOB; null where it reports nothing."
es = "Valor que informa el exportador, FOB; nulo si nada informa."
unit = "USD"
least = 0
required = false

[columns.importer_cif_usd]
en = "Value that the importer reports, CIF; null where it reports nothing."
es = "Valor que informa el importador, CIF; nulo si nada informa."
unit = "USD"
least = 0
required = false

[columns.importer_fob_usd]
en = "The importer's value brought to FOB: an estimate; null where it reports nothing."
es = "El valor del importador llevado a FOB: una estimación; nulo si nada informa."
unit = "USD"
decimals = 2
least = 0
required = false

[columns.cif_fob_ratio]
en = "CIF over FOB by which the importer's value is divided."
es = "Razón CIF/FOB por la que se divide el valor del importador."
unit = "ratio"
least = 1

[columns.cif_fob_method]
en = "Where the ratio comes from; generic is the last resort of the methodology."
es = "De dónde viene la razón; generic es el último recurso de la metodología."
codes = ["generic"]

[columns.sides]
en = "Who reports the product: both, the exporter alone, or the importer alone."
es = "Quién informa el producto: ambos (both), solo el exportador (exporter) o solo el importador (importer)."
codes = ["both", "exporter", "importer"]
*/
with reported as (
    select
        period_first_day,
        freq,
        source,
        case flow when 'X' then reporter else partner end as exporter,
        case flow when 'X' then partner else reporter end as importer,
        product_classification,
        product,
        sum(value_usd) filter (flow = 'X')                as exporter_fob_usd,
        sum(value_usd) filter (flow = 'M')                as importer_cif_usd
    from silver.reported_trade
    where freq in ('A', 'M')
      and reporter <> partner
      and (
          (flow = 'X' and valuation = 'FOB' and partner_concept = 'destination')
          or (flow = 'M' and valuation = 'CIF' and partner_concept = 'origin')
      )
      and period_first_day >= $from
      and period_first_day < $to
    group by all
),

-- where one country reports nothing at all of the pair there is no mirror, and no product is an orphan
mirrored as (
    select
        period_first_day,
        freq,
        source,
        exporter,
        importer,
        product_classification,
        product,
        exporter_fob_usd,
        importer_cif_usd
    from reported
    window pair as (
        partition by period_first_day, freq, source, exporter, importer, product_classification
    )
    qualify count(exporter_fob_usd) over pair > 0
        and count(importer_cif_usd) over pair > 0
),

valued as (
    select
        mirrored.period_first_day,
        mirrored.freq,
        mirrored.source,
        mirrored.exporter,
        mirrored.importer,
        mirrored.product_classification,
        mirrored.product,
        mirrored.exporter_fob_usd,
        mirrored.importer_cif_usd,
        known.ratio::decimal(9, 4) as cif_fob_ratio,
        known.method               as cif_fob_method,
        (mirrored.importer_cif_usd / known.ratio::decimal(9, 4))::decimal(38, 6) as importer_fob_usd
    from mirrored
    cross join reference.cif_fob_ratios as known
    where known.method = 'generic'
)

select
    period_first_day,
    freq,
    source,
    exporter,
    importer,
    product_classification,
    product,
    coalesce(importer_fob_usd, 0) - coalesce(exporter_fob_usd, 0) as mirror_gap_fob_usd,
    coalesce(importer_cif_usd, 0) - coalesce(exporter_fob_usd, 0) as reported_gap_usd,
    exporter_fob_usd,
    importer_cif_usd,
    importer_fob_usd,
    cif_fob_ratio,
    cif_fob_method,
    case
        when importer_cif_usd is null then 'exporter'
        when exporter_fob_usd is null then 'importer'
        else 'both'
    end                                                           as sides,
    case when importer_cif_usd is null then 'A' else 'E' end      as obs_status -- the conversion estimates
from valued
