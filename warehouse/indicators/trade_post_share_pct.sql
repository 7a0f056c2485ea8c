/*
title_en = "Share of each post"
title_es = "Participación de cada puesto"
says_en = """
What percentage of the value of a reporter's trade with one partner passes each post, of all trade that has a post."""
says_es = """
Qué porcentaje del valor del comercio de un país informante con un socio, de todo el que tiene puesto, pasa por cada
uno."""
group = "trade"
unit = "pct"
denominator_en = """
All posts with data of the same source, month, reporter, flow, partner concept, partner, product classification and
valuation."""
denominator_es = """
Todos los puestos con datos de la misma fuente, mes, país informante, flujo, criterio de país socio, país socio,
nomenclatura y valoración."""
grain = [
    "period_first_day", "freq", "source", "reporter", "flow", "partner_concept", "partner",
    "product_classification", "valuation", "post",
]
period = ["month"]
reach = 0
method = ["T3", "T6", "T8", "C9", "C15", "C20", "C21"]
source_en = "Trade value, from trade lines published by statistical offices."
source_es = "Valor del comercio, a partir de líneas de comercio publicadas por oficinas de estadística."
caveat_en = """
A post without data inflates the share of the others: `posts_with_data` says how many posts have data. Trade without
a post (_Z, _U, and US codes that end in XX, which are customs districts) is in no share: `value_without_post_usd`
says how much it is. The post is where goods cross, not the office of declaration. Shares are rounded to one decimal
and may not add up to 100. For several partners together, add values, never shares. Months only."""
caveat_es = """
Un puesto sin datos infla la participación de los demás: `posts_with_data` indica cuántos puestos tienen datos. El
comercio sin puesto (_Z, _U y los códigos de EE. UU. terminados en XX, que son distritos aduaneros) no entra en
ninguna participación: `value_without_post_usd` indica cuánto es. El puesto es por donde cruzan los bienes, no la
oficina de declaración. Las participaciones se redondean a un decimal y pueden no sumar 100. Para varios socios
juntos, sumar valores, nunca participaciones. Solo datos mensuales."""
severity = "critical"
confidentiality = "standard"
coverage = "full"
owner = "trade-statistics"

[columns.trade_post_share_pct]
en = "Value at the post per hundred of the value at all posts with data."
es = "Porcentaje que el valor en el puesto representa del valor en todos los puestos con datos."
unit = "pct"
least = 0
most = 100
required = false

[columns.post_value_usd]
en = "Value at the post: the numerator."
es = "Valor en el puesto: el numerador."
unit = "USD"
least = 0

[columns.all_posts_value_usd]
en = "Value at all posts with data: the denominator, the same in each row of its group; take it once."
es = "Valor en todos los puestos con datos: el denominador, igual en cada fila de su grupo; tomarlo una vez."
unit = "USD"
least = 0

[columns.value_without_post_usd]
en = """
Value of the same group without a post (_Z, _U, or a district, XX): in no share and not in the denominator; the same in
each row of its group, take it once."""
es = """
Valor del mismo grupo sin puesto (_Z, _U o un distrito, XX): fuera de las participaciones y del denominador; igual en cada
fila de su grupo, tomarlo una vez."""
unit = "USD"
least = 0

[columns.posts_with_data]
en = "Posts with data."
es = "Puestos con datos."
unit = "1"
least = 1
*/
with by_post as (
    select
        period_first_day,
        freq,
        source,
        reporter,
        flow,
        partner_concept,
        partner,
        product_classification,
        valuation,
        post,
        post not in ('_Z', '_U') and post not like '%XX' as is_post, -- XX is a customs district
        sum(trade_value_usd)                             as post_value_usd,
        bool_and(conf_status = 'F')                      as free
    from gold.trade_value_usd
    where freq = 'M'
      and period_first_day >= $from
      and period_first_day < $to
    group by all
),

beside_all as (
    select
        period_first_day,
        freq,
        source,
        reporter,
        flow,
        partner_concept,
        partner,
        product_classification,
        valuation,
        post,
        is_post,
        post_value_usd,
        sum(post_value_usd) filter (is_post) over all_posts                  as all_posts_value_usd,
        coalesce(sum(post_value_usd) filter (not is_post) over all_posts, 0) as value_without_post_usd,
        count(*) filter (is_post) over all_posts                             as posts_with_data,
        bool_and(free) over all_posts as free -- one post kept back could be found by difference
    from by_post
    window all_posts as (
        partition by
            period_first_day,
            freq,
            source,
            reporter,
            flow,
            partner_concept,
            partner,
            product_classification,
            valuation
    )
)

select
    period_first_day,
    freq,
    source,
    reporter,
    flow,
    partner_concept,
    partner,
    product_classification,
    valuation,
    post,
    100 * post_value_usd / nullif(all_posts_value_usd, 0)   as trade_post_share_pct,
    post_value_usd,
    all_posts_value_usd,
    value_without_post_usd,
    posts_with_data,
    case when all_posts_value_usd = 0 then 'M' else 'A' end as obs_status,
    case when free then 'F' else 'N' end                    as conf_status
from beside_all
where is_post
