/*
title_en = "Entries by nationality"
title_es = "Entradas por nacionalidad"
says_en = "How many entries of people of each nationality a country recorded in a month."
says_es = "Cuántas entradas de personas de cada nacionalidad registró un país en un mes."
group = "people"
unit = "entries"
grain = ["period_first_day", "freq", "source", "reporter", "nationality", "coverage"]
period = ["month"]
reach = 0
method = ["P3", "P4", "P13", "C5", "C7", "C11", "C18", "C20"]
source_en = "Published counts of migration services; people recorded at migration desks."
source_es = "Conteos publicados por servicios de migración; personas registradas en puestos de control migratorio."
caveat_en = """
Nationality, not residence; entries, not persons. Own nationals are counted by Costa Rica, Ecuador and Honduras only from
January 2024 (obs_status B) and by some countries never (IOM): compare foreigners only (own_national = false). Never add two sources. A
sample estimates no total. A nationality without a row is absent, not zero."""
caveat_es = """
Nacionalidad, no residencia; entradas, no personas. Costa Rica, Ecuador y Honduras cuentan a sus nacionales solo desde
enero de 2024 (obs_status B) y otros países nunca (OIM): comparar solo extranjeros (own_national = false). No sumar dos fuentes. Una
muestra no estima ningún total. Una nacionalidad sin fila está ausente, no en cero."""
severity = "critical"
confidentiality = "threshold"
coverage = "mixed"
owner = "migration-statistics"

[columns.people_entries_by_nationality]
en = "Entries recorded."
es = "Entradas registradas."
unit = "entries"
least = 0

[columns.own_national]
en = "Whether the nationality is that of the country that recorded."
es = "Si la nacionalidad es la del país que registró."
*/
with recorded as (
    select
        period_first_day,
        source,
        reporter,
        post,
        nationality,
        measure,
        'full'         as coverage,
        reported_count as entries,
        'F'            as conf_status -- every line of this table has been published by its agency
    from silver.reported_count
    where freq = 'M'
      and measure = 'people'
      and direction = 'entry'
      and nationality <> '_Z'
      and period_first_day >= $from
      and period_first_day < $to

    union all

    select
        date_trunc('month', crossing_day)::date          as period_first_day,
        source,
        administration                                   as reporter,
        post,
        nationality,
        'people'                                         as measure,
        coverage,
        1                                                as entries,
        -- what is public already is for us to say, not for whoever sends; the rest waits for disclosure control
        case
            when exists (
                select 1
                from reference.open_records as public
                where public.source = crossing.source
                  and public.coverage = crossing.coverage
                  and crossing.crossing_day between public.first_day::date and public.last_day::date
            ) then 'F'
            else 'N'
        end                                               as conf_status
    from silver.crossing
    where direction = 'entry'
      and crossing_day >= $from
      and crossing_day < $to
)

select
    period_first_day,
    'M'                    as freq,
    source,
    reporter,
    nationality,
    coverage,
    sum(entries)::bigint   as people_entries_by_nationality,
    nationality = reporter as own_national,
    case
        when bool_or(
            broken(source, reporter, post, nationality, measure, period_first_day - 1, period_first_day)
        ) then 'B'
        else 'A'
    end                    as obs_status,
    max(conf_status)       as conf_status -- N after F: one that is kept back keeps back the sum
from recorded
group by all
