"""Samples over the limit: every reading is assessed or counted apart, and an unverified limit is no law."""

from expectations.rule import Rule

RULES = (
    Rule(
        name="water_exceedance_pct: assesses every reading or counts it apart",
        name_es="water_exceedance_pct: evalúa cada lectura o la cuenta aparte",
        notes="A reading was lost, or one that cannot be assessed was taken for compliant (B4).",
        notes_es="Se perdió una lectura, o una que no es evaluable se tomó por conforme (B4).",
        severity="critical",
        rows="""
            select *
            from {batch}
            where assessable + not_assessable <> readings
               or exceeding > assessable
               or (water_exceedance_pct is null) <> (reason is not null)
               or abs(water_exceedance_pct * assessable - 100 * exceeding) > 1e-6 * readings
        """,
    ),
    Rule(
        name="water_exceedance_pct: no figure under a limit that nobody verified",
        name_es="water_exceedance_pct: sin cifra bajo un límite que nadie verificó",
        notes="A figure against a limit that nobody read in the law accuses or absolves by hearsay (B2).",
        notes_es="Una cifra contra un límite que nadie leyó en la norma acusa o absuelve de oídas (B2).",
        severity="critical",
        rows="""
            select *
            from {batch}
            where reason = 'limit_unverified'
              and coalesce(water_exceedance_pct, exceeding, assessable, not_assessable) is not null
        """,
    ),
)
