"""Known breaks of published counts (C18): one list, and the one way in which the SQL of an indicator asks it.

``broken(source, reporter, post, nationality, measure, after, until)`` says whether a break of that count begins
after the day ``after`` and not after ``until``. A break that is blank in a dimension is one of every count there;
else it is of the count that has its value, and of sums that hold it.
"""

from __future__ import annotations

FUNCTION = "broken"
LIST = ("reference", "count_breaks")
MACRO = """
create or replace macro memory.main.broken(
    of_source, of_reporter, of_post, of_nationality, of_measure, after_day, last_day
) as exists (
    select 1
    from memory.reference.count_breaks as known
    where known.source = of_source
      and coalesce(known.reporter, '') in ('', of_reporter)
      and coalesce(known.post, '') in ('', of_post)
      and coalesce(known.nationality, '') in ('', of_nationality)
      and coalesce(known.measure, '') in ('', of_measure)
      and known.first_day::date > after_day
      and known.first_day::date <= last_day
)
"""
