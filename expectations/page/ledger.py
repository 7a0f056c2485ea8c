"""Which verdict of each rule still stands: the gate looks at the days it replaces, a reader at all there is."""

from __future__ import annotations

from typing import TYPE_CHECKING

from expectations import record
from expectations.verdict import Verdict

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection


def verdicts(con: DuckDBPyConnection) -> list[Verdict]:
    """Return one verdict for each rule of the last judgement of each table.

    A warning that was found among more rows than the last judgement looked at stands until as many are
    judged again: one day that is in order does not mend the other years. What stops is of the last judgement.
    """
    widest = {(each.layer, each.table, each.rule): each for each in _widest(con)}
    return [_standing(each, widest.get((each.layer, each.table, each.rule), each)) for each in record.latest(con)]


def _standing(last: Verdict, widest: Verdict) -> Verdict:
    if last.stops or widest.stops or last.examined is None or widest.examined is None:
        return last
    hidden = widest.outcome == "failed" and last.outcome == "passed" and widest.examined > last.examined
    return widest if hidden else last


def _widest(con: DuckDBPyConnection) -> list[Verdict]:
    asked = """
        select layer, table_name, rule, severity, outcome, unexpected, examined, notes
        from lake.ops.verdict
        where severity = 'warning'
          and outcome <> 'crashed'
        qualify row_number() over (
            partition by layer, table_name, rule
            order by examined desc, batch desc
        ) = 1
    """
    return [Verdict(*row) for row in con.execute(asked).fetchall()]
