"""Claims about totals, alike for every table: volumes do not collapse, and a table adds up to what it is made of."""

from __future__ import annotations

from typing import TYPE_CHECKING

from expectations.rule import Rule

if TYPE_CHECKING:
    from collections.abc import Sequence


def steady(measure: str, by: Sequence[str], months: int, least_pct: int) -> Rule:
    """Return the rule that the monthly total of ``measure`` stays above ``least_pct`` of that ``months`` before."""
    named = ", ".join(by)
    return Rule(
        name=f"{measure}: does not collapse",
        name_es=f"{measure}: no se derrumba",
        notes=f"A month below {least_pct} % of {months} month(s) before is a feed that broke more often than a crisis.",
        notes_es=f"Un mes por debajo del {least_pct} % de lo de {months} mes(es) antes es más a menudo una entrega "
        "interrumpida que una crisis.",
        counts="cases",
        rows=f"""
            with total as (
                select period_first_day, {named}, sum({measure}) as volume
                from {{batch}}
                where freq = 'M'
                group by all
            )
            select *
            from (select * exclude (period_first_day), period_first_day from total) as later
            join (
                select {named}, period_first_day + interval {months} month as period_first_day, volume as volume_before
                from total
            ) as earlier using ({named}, period_first_day)
            where 100 * volume < {least_pct} * volume_before
        """,  # noqa: S608  # names of a declaration
        reach=31 * months,
    )


def adds_up(measure: str, by: Sequence[str], *made_of: str) -> Rule:
    """Return the rule that ``measure`` summed ``by`` is the sum of ``amount`` over the rows that the figures are of.

    Each query of ``made_of`` returns rows with the columns ``by`` and ``amount``, of all periods; those of the figures
    are compared. Both sums are exact, so they are equal or something was lost, doubled or read twice.
    """
    named = ", ".join(by)
    rows = " union all ".join(f"select {named}, amount from ({query})" for query in made_of)  # noqa: S608  # as above
    return Rule(
        name=f"{measure}: adds up to what it is made of",
        name_es=f"{measure}: suma lo mismo que aquello de que está hecho",
        notes="The figures lost or doubled rows on the way from silver; no total of this table can be trusted.",
        notes_es="Las cifras perdieron o duplicaron filas desde silver; ningún total de esta tabla es de fiar.",
        severity="critical",
        counts="cases",
        rows=f"""
            with figures as (
                select {named}, sum({measure}) as figure_sum
                from {{batch}}
                group by all
            ),
            made_of as (
                select {named}, sum(amount) as source_sum
                from ({rows})
                where period_first_day in (select period_first_day from {{batch}})
                group by all
            )
            select *
            from figures
            full join made_of using ({named})
            where figure_sum is distinct from source_sum
        """,  # noqa: S608  # as above
    )
