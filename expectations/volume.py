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
        notes=f"A month below {least_pct} % of {months} month(s) before is a feed that broke more often than a crisis.",
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


def adds_up(measure: str, by: Sequence[str], made_of: str) -> Rule:
    """Return the rule that ``measure`` summed ``by`` is the ``source_sum`` of the query ``made_of``.

    Both are exact, so they are equal or something was lost, doubled or read twice.
    """
    named = ", ".join(by)
    return Rule(
        name=f"{measure}: adds up to what it is made of",
        notes="The figures lost or doubled rows on the way from silver; no total of this table can be trusted.",
        severity="critical",
        rows=f"""
            with figures as (
                select {named}, sum({measure}) as figure_sum
                from {{batch}}
                group by all
            ),
            made_of as ({made_of})
            select *
            from figures
            full join made_of using ({named})
            where figure_sum is distinct from source_sum
        """,  # noqa: S608  # as above
    )
