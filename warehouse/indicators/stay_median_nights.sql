/*
title_en = "Length of stay"
title_es = "Duración de la estadía"
says_en = """
Nights after which half of the people who entered in a month had left again, those still there counted for as long as they are
known to have stayed."""
says_es = """
Noches tras las cuales había salido la mitad de quienes entraron en un mes, contando a quienes siguen presentes por el tiempo que se
sabe que han permanecido."""
group = "people"
unit = "nights"
grain = ["period_first_day", "freq", "source", "reporter", "nationality"]
period = ["month"]
reach = 0
method = ["P3", "P5", "P7", "P8", "P9", "P10", "C7", "C11", "C20"]
source_en = "Entries and exits of the same document in the records of one administration."
source_es = "Entradas y salidas del mismo documento en los registros de una administración."
caveat_en = """
Nationality, not residence. Null where fewer than half are known to have left: not reached, which is not zero. A missed exit looks
like a long stay: see stay_matched_share_pct, and the two bounds for people who came in again without a recorded exit. Of those
who enter their own country no stay is meant. Nights between local days, not spells of 24 hours. The last recorded day of a
source is taken as incomplete. Open entries end at 180 nights: administratively unclosed, not overstays. No sample."""
caveat_es = """
Nacionalidad, no residencia. Nulo si se sabe que salió menos de la mitad: no alcanzado, que no es cero. Una salida no registrada parece
una estadía larga: ver stay_matched_share_pct y los dos límites por quienes volvieron a entrar sin salida registrada. Para quienes
entran a su propio país no hay estadía. Noches entre días locales, no lapsos de 24 horas. El último día registrado de una fuente se
considera incompleto. Las entradas abiertas terminan a las 180 noches: sin cierre administrativo, no permanencia irregular. Sin muestras."""
severity = "critical"
confidentiality = "threshold"
coverage = "full"
owner = "migration-statistics"

[columns.stay_median_nights]
en = "First night by which half had left (Kaplan-Meier); null where that is not reached."
es = "Primera noche en la que había salido la mitad (Kaplan-Meier); nulo si no se alcanza."
unit = "nights"
least = 0
required = false

[columns.p75_nights]
en = "First night by which three quarters had left; null where that is not reached."
es = "Primera noche en la que habían salido tres cuartos; nulo si no se alcanza."
unit = "nights"
least = 0
required = false

[columns.restricted_mean_nights]
en = "Mean nights up to a horizon of 180; null while the month is younger than that."
es = "Media de noches hasta un horizonte de 180; nulo mientras el mes sea más reciente que eso."
unit = "nights"
decimals = 1
least = 0
most = 180
required = false

[columns.lower_nights]
en = "The median if everybody who came in again without a recorded exit had left on the day of entry."
es = "La mediana si todos los que volvieron a entrar sin salida registrada hubieran salido el día de su entrada."
unit = "nights"
least = 0
required = false

[columns.upper_nights]
en = "The median if everybody who came in again without a recorded exit had left on the day of the next entry."
es = "La mediana si todos los que volvieron a entrar sin salida registrada hubieran salido el día de su siguiente entrada."
unit = "nights"
least = 0
required = false

[columns.entries]
en = "Entries of people with a recorded document on complete days."
es = "Entradas de personas con documento registrado en días completos."
unit = "entries"
least = 0

[columns.censored]
en = "Those of them of whom no exit is known yet, or none within 180 nights."
es = "Aquellas cuya salida aún no se conoce, o no dentro de 180 noches."
unit = "entries"
least = 0

[columns.reentered]
en = "Those of them that came in again without a recorded exit."
es = "Aquellas que volvieron a entrar sin salida registrada."
unit = "entries"
least = 0
*/
with complete as (
    select source, administration, max(crossing_day) - 1 as last_day
    from silver.crossing
    group by all
),

entered as (
    select
        date_trunc('month', stay.crossing_day)::date                                       as period_first_day,
        stay.source,
        stay.administration                                                                as reporter,
        stay.nationality,
        complete.last_day,
        stay.outcome,
        stay.bound_nights,
        stay.outcome = 'left' and stay.exit_day <= complete.last_day                       as ended,
        least(coalesce(stay.nights, 180), complete.last_day - stay.crossing_day, 180)      as age_nights,
        exists (
            select 1
            from reference.open_records as public
            where public.source = stay.source
              and public.coverage = stay.coverage
              and stay.crossing_day between public.first_day::date and public.last_day::date
        )                                                                                  as public
    from silver.stay as stay
    join complete on complete.source = stay.source and complete.administration = stay.administration
    where stay.coverage = 'full'
      and stay.nationality <> stay.administration
      and stay.crossing_day <= complete.last_day
      and stay.crossing_day >= $from
      and stay.crossing_day < $to
),

cohort as (
    select
        period_first_day,
        source,
        reporter,
        nationality,
        any_value(last_day)                                          as last_day,
        count(*)::bigint                                             as entries,
        (count(*) filter (outcome <> 'reentered' and not ended))::bigint as censored,
        (count(*) filter (outcome = 'reentered'))::bigint            as reentered,
        bool_and(public)                                             as public
    from entered
    group by all
),

-- whoever came in again left at an unknown time before: out of the curve, or at either bound of it
spell as (
    select
        period_first_day,
        source,
        reporter,
        nationality,
        kind.name                                                    as curve,
        case
            when outcome <> 'reentered' then age_nights
            when kind.name = 'lower' then 0
            else bound_nights
        end                                                          as nights,
        ended or outcome = 'reentered'                               as ended
    from entered
    cross join (values ('median'), ('lower'), ('upper')) as kind (name)
    where outcome <> 'reentered' or kind.name <> 'median'
),

leaving as (
    select
        period_first_day,
        source,
        reporter,
        nationality,
        curve,
        nights,
        count(*) filter (ended) as ended,
        count(*)                as gone
    from spell
    group by all
),

step as (
    select
        *,
        sum(gone) over (
            partition by period_first_day, source, reporter, nationality, curve
            order by nights desc
        ) as at_risk
    from leaving
),

survival as (
    select
        *,
        product(1 - ended / at_risk) over after_step                 as staying,
        lead(nights, 1, 180) over after_step                         as next_nights
    from step
    window after_step as (partition by period_first_day, source, reporter, nationality, curve order by nights)
),

-- a share that is a half but for the last digit of a product is a half
curve as (
    select
        period_first_day,
        source,
        reporter,
        nationality,
        min(nights) filter (curve = 'median' and staying <= 0.5 + 1e-12)  as median_nights,
        min(nights) filter (curve = 'median' and staying <= 0.25 + 1e-12) as p75_nights,
        min(nights) filter (curve = 'lower' and staying <= 0.5 + 1e-12)   as lower_nights,
        min(nights) filter (curve = 'upper' and staying <= 0.5 + 1e-12)   as upper_nights,
        min(nights) filter (curve = 'median')
        + sum(staying * (next_nights - nights)) filter (curve = 'median') as mean_nights
    from survival
    group by all
)

select
    cohort.period_first_day,
    'M'                                                              as freq,
    cohort.source,
    cohort.reporter,
    cohort.nationality,
    curve.median_nights                                              as stay_median_nights,
    curve.p75_nights,
    case
        when last_day(cohort.period_first_day) + 180 <= cohort.last_day then curve.mean_nights
    end                                                              as restricted_mean_nights,
    curve.lower_nights,
    curve.upper_nights,
    cohort.entries,
    cohort.censored,
    cohort.reentered,
    case when cohort.public then 'F' else 'N' end                    as conf_status
from cohort
join curve using (period_first_day, source, reporter, nationality)
