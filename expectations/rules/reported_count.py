"""Published counts: habits of publishers that a reader would take for traffic."""

from expectations.rule import EVER, Rule

RULES = (
    Rule(
        name="publishers keep their habit of printing zero rows",
        notes="Where zeros are no longer printed, averages rise and posts vanish without any change in traffic (P16).",
        rows="""
            with habit as (
                select
                    source,
                    reporter,
                    period_first_day,
                    count(*) filter (reported_count = 0) / count(*) as zero_ratio
                from {batch}
                where freq = 'M'
                group by all
            )
            select *
            from habit as later
            join habit as earlier
              on earlier.source = later.source
             and earlier.reporter = later.reporter
             and earlier.period_first_day + interval 1 year = later.period_first_day
            where abs(later.zero_ratio - earlier.zero_ratio) > 0.2
        """,
        reach=366,
    ),
    Rule(
        name="a post's name belongs to one post",
        notes="Two posts of one name are added together by whoever groups by name; group by code.",
        rows="""
            select source, post_name
            from {batch}
            where post_name is not null
            group by all
            having count(distinct post) > 1
        """,
    ),
    Rule(
        name="the last period has as many posts as the one before",
        notes="A last period that misses posts is partial: comparing it with a complete one shows a fall that is none.",
        rows="""
            with covered as (
                select source, reporter, direction, freq, period_first_day, count(distinct post) as posts
                from {batch}
                group by all
            )
            select *
            from covered
            window series as (
                partition by source, reporter, direction, freq
                order by period_first_day desc
            )
            qualify row_number() over series = 1
                and posts < lead(posts) over series
        """,
        reach=EVER,
    ),
)
