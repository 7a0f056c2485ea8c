"""Vehicles waiting: a mean between nothing and the most, which no hour can exceed."""

from expectations.rule import Rule

RULES = (
    Rule(
        name="passage_queue_vehicles: the mean is not above the most",
        name_es="passage_queue_vehicles: el promedio no supera el máximo",
        notes="Minutes of one hour were counted in another, or a vehicle twice (F6).",
        notes_es="Minutos de una hora se contaron en otra, o un vehículo dos veces (F6).",
        severity="critical",
        rows="""
            select *
            from {batch}
            where passage_queue_vehicles > most_vehicles
               or most_vehicles > waited_vehicles
        """,
    ),
    Rule(
        name="passage_queue_vehicles: calls are not lost",
        name_es="passage_queue_vehicles: no se pierden llamados",
        notes="More than a tenth of the vehicles of a day were never called, released or seen to leave: the feed of "
        "calls broke, and the queue that is shown never empties (F9).",
        notes_es="A más de un décimo de los vehículos de un día no se los llamó, despachó ni vio salir: falló la"
        " entrega de los llamados, y la cola que se muestra nunca se vacía (F9).",
        counts="cases",
        rows="""
            select source, reporter, post, direction, period_first_day
            from {batch}
            group by all
            having 10 * sum(uncalled_vehicles) > sum(waited_vehicles)
        """,
    ),
)
