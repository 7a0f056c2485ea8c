/*
title_en = "Share of each post"
title_es = "Participación de cada puesto"
says_en = "How much of a reporter's trade with one partner passes each post."
says_es = "Qué parte del comercio de un país con un socio pasa por cada puesto."
group = "trade"
unit = "pct"
denominator_en = "All posts with data of the same source, month, reporter, flow, partner and valuation."
denominator_es = "Todos los puestos con datos de la misma fuente, mes, informante, flujo, socio y valoración."
grain = [
    "period_first_day", "freq", "source", "reporter", "flow", "partner_concept", "partner",
    "product_classification", "valuation", "post",
]
period = ["month"]
reach = 0
method = ["T3", "T6", "T8", "C9", "C15", "C20", "C21"]
source = "Trade value, from trade lines published by statistical offices."
caveat_en = """
A post without data inflates the others: their number stands beside. The post is where goods cross, not the office of
declaration. Trade without a post is left out. For several partners together, add values, never shares. Months only."""
caveat_es = """
Un puesto sin datos infla a los demás: su número está al lado. El puesto es por donde cruzan los bienes, no la oficina
de declaración. El comercio sin puesto queda fuera. Para varios socios juntos, sumar valores, nunca participaciones. Solo meses."""
severity = "critical"
confidentiality = "standard"
coverage = "full"
owner = "trade-statistics"

[columns.trade_post_share_pct]
en = "Value at the post per hundred of the value at all posts with data."
es = "Valor en el puesto por cada cien del valor en todos los puestos con datos."
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
en = "Value at all posts with data: the denominator."
es = "Valor en todos los puestos con datos: el denominador."
unit = "USD"
least = 0

[columns.posts_with_data]
en = "Posts with data."
es = "Puestos con datos."
unit = "1"
least = 1
*/
with at_post as (
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
        sum(trade_value_usd)       as post_value_usd,
        bool_and(conf_status = 'F') as free
    from gold.trade_value_usd
    where freq = 'M'
      and post <> '_Z'
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
        post_value_usd,
        sum(post_value_usd) over all_posts as all_posts_value_usd,
        count(*) over all_posts            as posts_with_data,
        bool_and(free) over all_posts      as free -- one post kept back could be found by difference
    from at_post
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
    posts_with_data,
    case when all_posts_value_usd = 0 then 'M' else 'A' end as obs_status,
    case when free then 'F' else 'N' end                    as conf_status
from beside_all
