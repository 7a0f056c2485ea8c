/*
title_en = "Peru and Ecuador: both countries' national series"
title_es = "Perú y Ecuador: series nacionales de ambos países"
says_en = "Entries and exits of Peruvians and Ecuadorians as each of the two countries counts them, side by side."
says_es = "Entradas y salidas de peruanos y ecuatorianos según las cuenta cada uno de los dos países, una junto a otra."
group = "people"
unit = "crossings"
grain = ["period_first_day", "freq", "source", "nationality", "view"]
period = ["month"]
reach = 0
method = ["P3", "P4", "P12", "P13", "C18", "C20"]
source_en = "Published counts of migration services."
source_es = "Conteos publicados por servicios de migración."
caveat_en = """
Not a mirror: each series holds all posts and all modes, arrivals from and departures to third countries too, so no gap
between them means anything, and none is computed. Never add the views. Ecuador counts Ecuadorians only from January
2024 (obs_status B), Peru never counts Peruvians (IOM): those series begin late or are absent."""
caveat_es = """
No es un espejo: cada serie incluye todos los puestos y modos, también llegadas de terceros países y salidas hacia ellos;
ninguna brecha entre ellas significa algo y no se calcula. No sumar las vistas. Ecuador cuenta a los ecuatorianos solo
desde enero de 2024 (obs_status B) y el Perú nunca cuenta a los peruanos (OIM): esas series empiezan tarde o están
ausentes."""
severity = "warning"
confidentiality = "none"
coverage = "full"
owner = "migration-statistics"

[columns.view]
en = "Country that counts and what it counts."
es = "País que cuenta y qué cuenta."
codes = ["ec_entries", "ec_exits", "pe_entries", "pe_exits"]

[columns.people_both_views]
en = "Crossings recorded, all posts and modes together."
es = "Cruces registrados, todos los puestos y modos juntos."
unit = "crossings"
least = 0
*/
select
    period_first_day,
    freq,
    source,
    nationality,
    lower(reporter) || case direction when 'entry' then '_entries' else '_exits' end as view,
    sum(reported_count)::bigint                                                      as people_both_views,
    case
        when bool_or(
            broken(source, reporter, post, nationality, measure, period_first_day - 1, period_first_day)
        ) then 'B'
        else 'A'
    end                                                                              as obs_status
from silver.reported_count
where freq = 'M'
  and measure = 'people'
  and reporter in ('EC', 'PE')
  and nationality in ('EC', 'PE')
  and period_first_day >= $from
  and period_first_day < $to
group by all
