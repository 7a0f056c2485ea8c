/*
title_en = "Entries minus exits"
title_es = "Saldo de entradas y salidas"
says_en = "By how many the recorded entries of a nationality exceed its recorded exits in a month."
says_es = "En cuántas superan las entradas registradas de una nacionalidad a sus salidas registradas en un mes."
group = "people"
unit = "crossings"
grain = ["period_first_day", "freq", "source", "reporter", "nationality"]
period = ["month"]
reach = 0
method = ["P3", "P4", "P6", "P13", "C5", "C11", "C14", "C18", "C20"]
source_en = "Published counts of migration services."
source_es = "Conteos publicados por servicios de migración."
caveat_en = """
A difference of flows, not migration, and not the number of people present: crossings without a record, and stays that
began in another month, are in it. Nationality, not residence. Null where the publisher gives one of the two only; countries
that publish no exits are absent. Own nationals are counted by some countries from 2024 only (IOM; obs_status B)."""
caveat_es = """
Diferencia de flujos, no migración ni número de personas presentes: incluye cruces sin registro y estadías que empezaron
otro mes. Nacionalidad, no residencia. Nulo si quien publica da solo una de las dos; los países que no publican salidas
están ausentes. Algunos países cuentan a sus nacionales solo desde 2024 (OIM; obs_status B)."""
severity = "warning"
confidentiality = "threshold"
coverage = "full"
owner = "migration-statistics"

[columns.people_net_balance]
en = "Entries minus exits; null where one of the two is not published."
es = "Entradas menos salidas; nulo si una de las dos no se publica."
unit = "crossings"
required = false

[columns.entries]
en = "Entries recorded; null where not published."
es = "Entradas registradas; nulo si no se publican."
unit = "entries"
least = 0
required = false

[columns.exits]
en = "Exits recorded; null where not published."
es = "Salidas registradas; nulo si no se publican."
unit = "exits"
least = 0
required = false
*/
with recorded as (
    select
        period_first_day,
        freq,
        source,
        reporter,
        nationality,
        (sum(reported_count) filter (direction = 'entry'))::bigint as entries,
        (sum(reported_count) filter (direction = 'exit'))::bigint  as exits,
        bool_or(
            broken(source, reporter, post, nationality, measure, period_first_day - 1, period_first_day)
        )                                                          as broken
    from silver.reported_count
    where freq = 'M'
      and measure = 'people'
      and nationality <> '_Z'
      and period_first_day >= $from
      and period_first_day < $to
    group by all
),

beside as (
    select
        period_first_day,
        freq,
        source,
        reporter,
        nationality,
        entries,
        exits,
        broken,
        count(entries) over month_of_reporter as nationalities_with_entries,
        count(exits) over month_of_reporter   as nationalities_with_exits
    from recorded
    window month_of_reporter as (partition by period_first_day, freq, source, reporter)
)

select
    period_first_day,
    freq,
    source,
    reporter,
    nationality,
    entries - exits  as people_net_balance,
    entries,
    exits,
    case
        when entries - exits is null then 'O'
        when broken then 'B'
        else 'A'
    end              as obs_status,
    'F'              as conf_status -- every line of this table has been published by its agency
from beside
where nationalities_with_entries > 0
  and nationalities_with_exits > 0
