"""Net balance: a difference of what stands beside it, and of nothing else."""

from expectations.rule import Rule

RULES = (
    Rule(
        name="people_net_balance: is entries less exits, or not known",
        notes="A balance over one of the two alone takes what was not published for nobody (C11).",
        severity="critical",
        rows="select * from {batch} where people_net_balance is distinct from entries - exits",
    ),
    Rule(
        name="people_net_balance: at most half of the flows of a month",
        notes="So one-sided a flow goes on through another border, or one direction lacks a post: it is no migration.",
        rows="""
            select *
            from {batch}
            where entries + exits >= 10000
              and 2 * abs(people_net_balance) > entries + exits
        """,
    ),
)
