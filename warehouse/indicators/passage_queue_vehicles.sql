/*
title_en = "Vehicles waiting"
title_es = "Vehículos en espera"
says_en = "How many vehicles stood in the queue of a post, on average over an hour, and at most."
says_es = "Cuántos vehículos había en la cola de un puesto, en promedio durante una hora, y como máximo."
group = "vehicles"
unit = "vehicles"
grain = ["period_first_day", "freq", "source", "reporter", "post", "direction", "hour"]
period = ["day"]
reach = 1
method = ["F1", "F2", "F6", "F9", "C7", "C12"]
source_en = "Gate controllers of border posts."
source_es = "Controladores de acceso de los puestos fronterizos."
caveat_en = """
Where a call was lost, release or exit takes the vehicle out of the queue; where those were lost too it counts until a
day after it joined (uncalled). An hour in which nobody waited is absent: the records do not say whether the post was
open. A queue outside the gates is not seen. Records that their source has not published are kept back (conf_status N)."""
caveat_es = """
Si se perdió el llamado, el levante o la salida retira al vehículo de la cola; si también se perdieron, cuenta hasta un día
después de haberse sumado (uncalled). Una hora sin espera está ausente: los registros no dicen si el puesto estaba abierto.
La cola fuera del recinto no se ve. Los registros que su fuente no ha publicado se reservan (conf_status N)."""
severity = "warning"
confidentiality = "threshold"
coverage = "full"
owner = "border-operations"

[columns.direction]
en = "Country come from and country gone to, such as EC-PE."
es = "País de procedencia y país de destino, como EC-PE."

[columns.hour]
en = "Hour of the day on the clocks of the post, 00 to 23."
es = "Hora del día en los relojes del puesto, de 00 a 23."

[columns.passage_queue_vehicles]
en = "Vehicles waiting, mean over the minutes of the hour."
es = "Vehículos en espera, promedio de los minutos de la hora."
unit = "vehicles"
least = 0
decimals = 2

[columns.most_vehicles]
en = "Vehicles waiting at one moment, at most."
es = "Vehículos en espera en un momento, como máximo."
unit = "vehicles"
least = 0

[columns.waited_vehicles]
en = "Vehicles that waited in the hour, some of it or all."
es = "Vehículos que esperaron en la hora, en parte o entera."
unit = "vehicles"
least = 1

[columns.uncalled_vehicles]
en = "Those of them that have neither call nor release nor exit."
es = "Los de entre ellos que no tienen llamado, levante ni salida."
unit = "vehicles"
least = 0
*/
with queued as (
    select
        passage.source,
        passage.administration as reporter,
        passage.post,
        passage.direction,
        passage.arrival_day,
        zone.zone,
        queued_at                                          as joined_at,
        coalesce(called_at, released_at, exited_at) is null as uncalled,
        least(
            coalesce(called_at, released_at, exited_at, 'infinity'::timestamptz),
            queued_at + to_hours(lost.hours::bigint)
        )                                                  as left_at,
        case
            when exists (
                select 1
                from reference.open_records as public
                where public.source = passage.source
                  and passage.arrival_day between public.first_day::date and public.last_day::date
                  and public.coverage = 'full'
            ) then 'F'
            else 'N'
        end                                                as conf_status
    from silver.passage as passage
    inner join reference.posts as zone on zone.post = passage.post
    cross join reference.passage_horizons as lost
    where lost.horizon = 'queue'
      and zone.zone <> ''
      and queued_at is not null
      and arrival_day >= $from::date - 1
      and arrival_day < $to
),

hourly as (
    select
        source,
        reporter,
        post,
        direction,
        timezone(zone, start_at)         as local_start,
        greatest(joined_at, start_at)    as joined_at,
        least(left_at, start_at + interval 1 hour) as left_at,
        uncalled,
        conf_status
    from (
        select
            queued.*,
            unnest(generate_series(date_trunc('hour', joined_at), left_at, interval 1 hour)) as start_at
        from queued
        where left_at > joined_at
    )
    where start_at < left_at
      and timezone(zone, start_at)::date between arrival_day and arrival_day + 1
      and timezone(zone, start_at)::date >= $from
      and timezone(zone, start_at)::date < $to
),

moment as (
    select
        source,
        reporter,
        post,
        direction,
        local_start,
        sum(step) over (
            partition by source, reporter, post, direction, local_start
            order by moved_at
            range between unbounded preceding and current row
        ) as vehicles
    from (
        select source, reporter, post, direction, local_start, joined_at as moved_at, 1 as step from hourly
        union all
        select source, reporter, post, direction, local_start, left_at as moved_at, -1 as step from hourly
    )
),

peak as (
    select
        source,
        reporter,
        post,
        direction,
        local_start,
        max(vehicles)::bigint as most_vehicles
    from moment
    group by all
),

spent as (
    select
        source,
        reporter,
        post,
        direction,
        local_start,
        sum(date_diff('microsecond', joined_at, left_at)) as waited_us,
        count(*)::bigint                                  as waited_vehicles,
        count(*) filter (uncalled)::bigint                as uncalled_vehicles,
        max(conf_status)                                  as conf_status
    from hourly
    group by all
)

select
    local_start::date             as period_first_day,
    'D'                           as freq,
    source,
    reporter,
    post,
    direction,
    strftime(local_start, '%H')   as hour,
    waited_us / 3_600_000_000     as passage_queue_vehicles,
    most_vehicles,
    waited_vehicles,
    uncalled_vehicles,
    conf_status
from spent
inner join peak using (source, reporter, post, direction, local_start)
