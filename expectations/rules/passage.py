"""Passages: what the steps of one vehicle say together."""

from expectations.rule import Rule

WEEK_MIN = 7 * 24 * 60

RULES = (
    Rule(
        name="the steps of a passage stand in their order",
        name_es="los pasos de un tránsito están en su orden",
        notes="A clock fault at the post: its interval is left out, and a post where this grows is measured less (F2).",
        notes_es="Una falla de reloj en el puesto: su intervalo queda fuera, y un puesto donde esto crece se mide menos"
        " (F2).",
        rows="""
            with step as (
                select
                    *,
                    list_filter(
                        [arrived_at, queued_at, called_at, inspected_at, released_at, exited_at],
                        lambda moment: moment is not null
                    ) as moments
                from {batch}
            )
            select * exclude (moments)
            from step
            where moments <> list_sort(moments)
        """,
    ),
    Rule(
        name="a vehicle that was released has been seen in the queue",
        name_es="todo vehículo despachado fue visto en la cola",
        notes="A lost queue event: the passage has no dwell, and if the slow ones lose it the post looks fast (F1).",
        notes_es="Se perdió el evento de la cola: el tránsito no tiene duración, y si lo pierden los lentos el puesto"
        " parece rápido (F1).",
        rows="select * from {batch} where released_at is not null and queued_at is null",
    ),
    Rule(
        name="a passage ends within a week",
        name_es="un tránsito termina en una semana",
        notes="A lost release, found by a later step or number, more often than a week in the queue (F9).",
        notes_es="Un levante perdido y hallado después, más a menudo que una semana en la cola (F9).",
        rows=f"select * from {{batch}} where dwell_min > {WEEK_MIN}",  # noqa: S608  # a number
    ),
)
