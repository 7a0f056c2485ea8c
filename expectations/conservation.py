"""Whether bronze holds exactly what the segments say: nothing lost, nothing twice, nothing unaccounted (I1, I2)."""

from __future__ import annotations

from expectations.rule import Rule


def segments(family: str) -> str:
    """Return the query of the segments of ``family`` that have been collected."""
    return f"select * from lake.ops.segment where family = '{family}'"  # noqa: S608  # a family is a declaration's name


def collected(family: str, since: int) -> str:
    """Return the query of bronze rows of the days that collects after batch ``since`` touched."""
    days = f"select anchor_day from lake.ops.touched_day where family = '{family}' and batch > {since:d}"  # noqa: S608
    return f'select * from bronze."{family}" where anchor_day in ({days})'  # noqa: S608  # as above


def rules(family: str) -> tuple[Rule, ...]:
    """Return the claims over those segments; rows are counted by reading them, since metadata outlives a lost file."""
    return (
        Rule(
            name="segments: every row is good or refused",
            notes="A row that is neither has left the equation: produced = good + refused + gaps.",
            severity="critical",
            rows="select * from {batch} where rows <> good + refused",
        ),
        Rule(
            name="segments: every offset is a row or a gap",
            notes="An offset that is neither was lost between the log and the landing.",
            severity="critical",
            rows="select * from {batch} where next_offset - first_offset <> rows + gap_offsets",
        ),
        Rule(
            name="segments: each begins where the one before ends",
            notes="A hole or an overlap in the chain means offsets that were never read, or read twice.",
            severity="critical",
            rows="""
                select *
                from {batch}
                qualify first_offset <> lag(next_offset, 1, first_offset) over (
                    partition by chain, partition
                    order by first_offset
                )
            """,
        ),
        Rule(
            name="ledger: the position is the end of the chain",
            notes="A position elsewhere makes the next collect skip segments or take them twice.",
            severity="critical",
            rows=f"""
                with ends as (
                    select chain, partition, max(next_offset) as chain_end
                    from {{batch}}
                    group by all
                )
                select *
                from ends
                full join (from lake.ops.position where family = '{family}') as position
                    using (chain, partition)
                where chain_end is distinct from next_offset
            """,  # noqa: S608  # as above
        ),
        Rule(
            name="bronze: holds every good row of the segments once",
            notes="Rows were lost or doubled between landing and bronze; every figure made of them is wrong.",
            severity="critical",
            rows=f"""
                with landed as (
                    select chain, partition, sum(good) as good
                    from {{batch}}
                    group by all
                    having sum(good) > 0
                ),
                collected as (
                    select chain, partition, count("offset") as held, count(value_hash + 0) as valued
                    from bronze."{family}"
                    group by all
                )
                select *
                from landed
                full join collected using (chain, partition)
                where good is distinct from held
                   or good is distinct from valued
            """,  # noqa: S608  # as above
        ),
    )
