/*
title_en = "Seized arms traced (SDG 16.4.2)"
title_es = "Armas incautadas rastreadas (ODS 16.4.2)"
says_en = """
Of a hundred firearms seized, found or surrendered, how many had their illicit origin or context traced or established."""
says_es = """
De cada cien armas de fuego incautadas, halladas o entregadas, a cuántas se les rastreó o determinó el origen o contexto
ilícito."""
group = "security"
unit = "pct"
denominator_en = "All firearms seized, found or surrendered, those of unknown status too."
denominator_es = "Todas las armas de fuego incautadas, halladas o entregadas, también las de estado desconocido."
grain = ["period_first_day", "freq", "source", "reporter"]
period = ["year"]
reach = 0
method = ["S1", "S2", "S5", "C15", "C21"]
source_en = "Seizure reports of police, customs and armed forces."
source_es = "Informes de incautación de policía, aduanas y fuerzas armadas."
caveat_en = """
Seizures measure enforcement, supply and chance together, not trafficking. Arms of unknown status count as not traced.
Parts and ammunition are outside. Tracing takes years: recent years rise. Reports that their agency has not published are
kept back (conf_status N)."""
caveat_es = """
Las incautaciones miden a la vez la acción policial, la oferta y el azar, no el tráfico. Las armas de estado desconocido
cuentan como no rastreadas. Partes y municiones no entran. El rastreo tarda años: los años recientes suben. Los informes que
su institución no ha publicado se reservan (conf_status N)."""
severity = "warning"
confidentiality = "threshold"
coverage = "full"
owner = "border-security-statistics"

[columns.arms_traced_pct]
en = "Arms traced or established per hundred arms."
es = "Armas rastreadas o determinadas por cada cien armas."
unit = "pct"
least = 0
most = 100
required = false

[columns.traced_arms]
en = "Arms whose illicit origin or context was traced or established."
es = "Armas cuyo origen o contexto ilícito se rastreó o determinó."
unit = "pieces"
least = 0

[columns.not_traced_arms]
en = "Arms of which it could not be."
es = "Armas de las que no se pudo."
unit = "pieces"
least = 0

[columns.unknown_arms]
en = "Arms of which nobody says whether it was."
es = "Armas de las que no consta."
unit = "pieces"
least = 0

[columns.arms]
en = "Firearms seized, found or surrendered."
es = "Armas de fuego incautadas, halladas o entregadas."
unit = "pieces"
least = 0
*/
with arm as (
    select
        date_trunc('year', seizure_day)::date as period_first_day,
        source,
        administration                        as reporter,
        trace_status,
        quantity,
        case
            when exists (
                select 1
                from reference.open_records as public
                where public.source = item.source
                  and item.seizure_day between public.first_day::date and public.last_day::date
                  and public.coverage = 'full'
            ) then 'F'
            else 'N'
        end                                   as conf_status
    from silver.seized_item as item
    where item_class = 'firearm'
      and report_status = 'standing'
      and seizure_day >= $from
      and seizure_day < $to
),

counted as (
    select
        period_first_day,
        source,
        reporter,
        coalesce(sum(quantity) filter (trace_status in ('traced', 'established')), 0)::bigint as traced_arms,
        coalesce(sum(quantity) filter (trace_status = 'not_traced'), 0)::bigint               as not_traced_arms,
        coalesce(sum(quantity) filter (trace_status = 'unknown'), 0)::bigint                  as unknown_arms,
        sum(quantity)::bigint                                                                 as arms,
        max(conf_status)                                                                      as conf_status
    from arm
    group by all
)

select
    period_first_day,
    'A'                                 as freq,
    source,
    reporter,
    100 * traced_arms / nullif(arms, 0) as arms_traced_pct,
    traced_arms,
    not_traced_arms,
    unknown_arms,
    arms,
    conf_status
from counted
