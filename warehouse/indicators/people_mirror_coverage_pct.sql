/*
title_en = "Exit and entry records of a crossing point"
title_es = "Registros de salida y de entrada en un paso"
says_en = """
How far what the desk of the country that people leave has recorded, and what that of the country that they enter has, agree at
a crossing point on a day."""
says_es = """
En qué medida coinciden, en un paso y un día, lo que registró el puesto del país de salida y lo que registró el del país de
entrada."""
group = "people"
unit = "pct"
denominator_en = "The larger of the two counts."
denominator_es = "El mayor de los dos conteos."
grain = ["period_first_day", "freq", "source", "pair", "left_country", "entered_country"]
period = ["day"]
reach = 0
method = ["P4", "P11", "P12", "C5", "C7", "C11", "C15", "C20", "C21"]
source_en = "Records of the migration desks on both sides of a crossing point."
source_es = "Registros de los puestos migratorios a ambos lados de un paso."
caveat_en = """
Where no desk of one side has recorded anybody on a day, its feed may have been down or the post closed: null, not zero. A high
coverage may hide that both desks missed the same people: who passes neither is in no record. Local days: who passes one desk before
midnight and the other after it is a gap on two days. Samples are left out. One record a crossing: the counts are never
added. Simulated records are compared with simulated ones alone."""
caveat_es = """
Si un lado no registró a nadie en un día, puede que su flujo de datos cayera o que el puesto cerrara: nulo, no cero. Una cobertura
alta puede ocultar que ambos puestos omitieron a las mismas personas: quien no pasa por ninguno no figura. Días locales: quien pasa por
un puesto antes de medianoche y por el otro después es una brecha en dos días. Se excluyen las muestras. Un registro por
cruce: los conteos nunca se suman. Los registros simulados solo se comparan con simulados."""
severity = "warning"
confidentiality = "threshold"
coverage = "full"
owner = "border-operations"

[columns.pair]
en = "Crossing point: the post of either country, by reference.post_pairs."
es = "Paso fronterizo: el puesto de cada país, según reference.post_pairs."

[columns.left_country]
en = "Country that people left; its desk recorded exits. ISO 3166-1 alpha-2."
es = "País de salida; su puesto registró las salidas. ISO 3166-1 alfa-2."

[columns.entered_country]
en = "Country that people entered; its desk recorded entries. ISO 3166-1 alpha-2."
es = "País de entrada; su puesto registró las entradas. ISO 3166-1 alfa-2."

[columns.people_mirror_coverage_pct]
en = "The smaller count per hundred of the larger; null where one side recorded nobody."
es = "El conteo menor por cien del mayor; nulo si un lado no registró a nadie."
unit = "pct"
least = 0
most = 100
required = false

[columns.recorded_exits]
en = "Exits that the country which people left recorded; null where it recorded nobody."
es = "Salidas que registró el país de salida; nulo si no registró a nadie."
unit = "exits"
least = 0
required = false

[columns.recorded_entries]
en = "Entries that the country which people entered recorded; null where it recorded nobody."
es = "Entradas que registró el país de entrada; nulo si no registró a nadie."
unit = "entries"
least = 0
required = false

[columns.signed_gap]
en = "Entries less exits; null where one side recorded nobody."
es = "Entradas menos salidas; nulo si un lado no registró a nadie."
unit = "crossings"
required = false
*/
with paired as (
    select first_post as post, second_post as opposite, pair from reference.post_pairs
    union all
    select second_post, first_post, pair from reference.post_pairs
),

recorded as (
    select
        crossing.crossing_day         as period_first_day,
        crossing.source,
        crossing.source = 'simulated' as simulated,
        paired.pair,
        crossing.direction,
        -- at such a post whoever leaves enters the country across, wherever the journey goes
        case crossing.direction when 'exit' then crossing.administration else across.country end as left_country,
        case crossing.direction when 'exit' then across.country else crossing.administration end as entered_country,
        -- what is public already is for us to say, not for whoever sends
        exists (
            select 1
            from reference.open_records as public
            where public.source = crossing.source
              and public.coverage = crossing.coverage
              and crossing.crossing_day between public.first_day::date and public.last_day::date
        )                             as public
    from silver.crossing as crossing
    join paired on paired.post = crossing.post
    join reference.posts as across on across.post = paired.opposite
    where crossing.coverage = 'full'
      and crossing.crossing_day >= $from
      and crossing.crossing_day < $to
),

counted as (
    select
        period_first_day,
        simulated,
        pair,
        left_country,
        entered_country,
        string_agg(distinct source, '+' order by source)        as source,
        nullif(count(*) filter (direction = 'exit'), 0)::bigint  as exits,
        nullif(count(*) filter (direction = 'entry'), 0)::bigint as entries,
        bool_and(public)                                         as public
    from recorded
    group by all
)

select
    period_first_day,
    'D'                                                     as freq,
    source,
    pair,
    left_country,
    entered_country,
    case
        when exits + entries is not null then 100 * least(exits, entries) / greatest(exits, entries)
    end                                                     as people_mirror_coverage_pct,
    exits                                                   as recorded_exits,
    entries                                                 as recorded_entries,
    entries - exits                                         as signed_gap,
    case when exits + entries is null then 'O' else 'A' end as obs_status,
    case when public then 'F' else 'N' end                  as conf_status
from counted
