"""Length of stay: between its bounds, of no more people than came, and known of most."""

from expectations.rule import Rule

RULES = (
    Rule(
        name="stay_median_nights: lies between its bounds",
        name_es="stay_median_nights: queda entre sus límites",
        notes="Those who came in again left between their two entries; a median outside was made of other people (P7).",
        notes_es="Quienes volvieron a entrar salieron entre sus dos entradas; una mediana fuera es de otras personas.",
        severity="critical",
        rows="""
            select *
            from {batch}
            where lower_nights > upper_nights
               or stay_median_nights > p75_nights
               or (reentered = 0 and lower_nights is distinct from stay_median_nights)
        """,
    ),
    Rule(
        name="stay_median_nights: is of no more people than came",
        name_es="stay_median_nights: no es de más personas que las que entraron",
        notes="An entry is censored, ended or followed by another, never two of these.",
        notes_es="Una entrada está censurada, terminada o seguida de otra, nunca dos de estas cosas.",
        severity="critical",
        rows="select * from {batch} where censored + reentered > entries",
    ),
)
