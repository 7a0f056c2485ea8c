"""Net balance: a difference of what stands beside it, and of nothing else."""

from expectations.rule import Rule

RULES = (
    Rule(
        name="people_net_balance: is entries less exits, or not known",
        name_es="people_net_balance: es entradas menos salidas, o no se conoce",
        notes="A balance over one of the two alone takes what was not published for nobody (C11).",
        notes_es="Un saldo calculado con uno solo de los dos flujos toma por nadie a quienes no se publicaron (C11).",
        severity="critical",
        rows="select * from {batch} where people_net_balance is distinct from entries - exits",
    ),
    Rule(
        name="people_net_balance: at most half of the flows of a month",
        name_es="people_net_balance: a lo sumo la mitad de los flujos de un mes",
        notes="So one-sided a flow goes on through another border, or one direction lacks a post: it is no migration.",
        notes_es="Un flujo tan desigual sigue por otra frontera, o a un sentido le falta un puesto: no es migración.",
        rows="""
            select *
            from {batch}
            where entries + exits >= 10000
              and 2 * abs(people_net_balance) > entries + exits
        """,
    ),
)
