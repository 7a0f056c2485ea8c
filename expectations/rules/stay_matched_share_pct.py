"""Matched entries: no older cohort knows fewer exits, and most people leave."""

from expectations.rule import Rule

RULES = (
    Rule(
        name="stay_matched_share_pct: grows with the age of the cohort",
        name_es="stay_matched_share_pct: crece con la edad de la cohorte",
        notes="An exit within 30 nights is one within 90; a share that falls was made of other entries.",
        notes_es="Una salida en 30 noches lo es también en 90; una proporción que baja es de otras entradas.",
        severity="critical",
        counts="cases",
        rows="""
            with younger as (
                select
                    *,
                    lag(matched) over (
                        partition by period_first_day, source, reporter, nationality
                        order by cohort_age_nights
                    ) as before
                from {batch}
            )
            select * from younger where before > matched
        """,
    ),
    Rule(
        name="stay_matched_share_pct: half of a large cohort is known to have left after 180 nights",
        name_es="stay_matched_share_pct: se sabe que la mitad de una cohorte grande salió tras 180 noches",
        notes="Below it, exits were missed or their documents were read otherwise; lengths of stay cannot be trusted.",
        notes_es="Por debajo se omitieron salidas o sus documentos se leyeron de otro modo; no fiarse de ellas.",
        rows="""
            select *
            from {batch}
            where cohort_age_nights = 180
              and entries >= 100
              and stay_matched_share_pct < 50
        """,
    ),
)
