"""Coverage of a crossing point: what stands beside it, and what a healthy feed looks like."""

from expectations.rule import Rule

RULES = (
    Rule(
        name="people_mirror_coverage_pct: follows from the counts beside it",
        name_es="people_mirror_coverage_pct: se deduce de los conteos que la acompañan",
        notes="A share over a side that recorded nobody takes a feed that is down for a border without people (C11).",
        notes_es="Una cobertura con un lado sin registros toma un flujo caído por una frontera sin personas (C11).",
        severity="critical",
        rows="""
            select *
            from {batch}
            where (people_mirror_coverage_pct is null) <> (recorded_exits is null or recorded_entries is null)
               or signed_gap is distinct from recorded_entries - recorded_exits
        """,
    ),
    Rule(
        name="people_mirror_coverage_pct: both sides of a crossing point see the same people",
        name_es="people_mirror_coverage_pct: ambos lados de un paso ven a las mismas personas",
        notes="Below two thirds on a busy day, the feed of a desk was down or its post has another name.",
        notes_es="Por debajo de dos tercios en un día concurrido, cayó el flujo de un puesto o cambió su nombre.",
        rows="""
            select *
            from {batch}
            where people_mirror_coverage_pct < 200.0 / 3
              and greatest(recorded_exits, recorded_entries) >= 100
        """,
    ),
)
