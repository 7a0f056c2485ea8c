"""What the fields of one row say together: days, instants, periods, cases and routes that must agree."""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from puyango import reference
from streams.judging import literal
from streams.judging.literal import Instant

if TYPE_CHECKING:
    from datetime import datetime

    from streams.contract import Case, Contract
    from streams.judging.horizon import Horizon
    from streams.judging.judgement import Judgement

PERIODS = {"A": r"[0-9]{4}", "Q": r"[0-9]{4}-Q[1-4]", "M": r"[0-9]{4}-[0-9]{2}", "D": literal.DAY}
QUARTERS = {"Q1": "01", "Q2": "04", "Q3": "07", "Q4": "10"}


def judge(horizon: Horizon, known_at: datetime, row: Judgement) -> None:
    """Add to ``row`` the reasons that its times give, alone against the append time, and its fields together."""
    for field in horizon.contract.fields:
        found = row.values.get(field.name)
        if isinstance(found, Instant):
            if found.moment > horizon.last_moment(known_at):
                row.refuse(["future_event"], field.name)
            if found.day < horizon.first_day(field):
                row.refuse(["ancient_event"], field.name)
        elif isinstance(found, date):
            if found > horizon.last_day(known_at):
                row.refuse(["future_event"], field.name)
            if found < horizon.first_day(field):
                row.refuse(["ancient_event"], field.name)
    _judge_local_day(horizon, row)
    _judge_period(horizon, row)
    _judge_order(horizon.contract, row)
    _judge_route(horizon.contract, row)
    for case in horizon.contract.cases:
        _judge_case(case, horizon.contract[case.then].kind, row)


def _judge_local_day(horizon: Horizon, row: Judgement) -> None:
    """Refuse an instant whose day on the post's clocks (post not known: by the offset sent) is not the anchor day.

    An offset that the post's clocks never show is a sign or a zone lost, unless the moment is written in UTC.
    """
    contract = horizon.contract
    found, anchor = row.values.get(contract.instant), row.values.get(contract.anchor)
    if not isinstance(found, Instant) or row.faulty(contract.instant):
        return
    local = found.day
    if zone := reference.zone(str(row.values.get("post"))):
        at_post = found.moment.astimezone(ZoneInfo(zone))
        if not found.in_utc and at_post.utcoffset() != found.moment.utcoffset():
            row.refuse(["inconsistent"], contract.instant)
        local = at_post.date()
    if isinstance(anchor, date) and local != anchor:
        row.refuse(["inconsistent"], contract.instant)


def _judge_period(horizon: Horizon, row: Judgement) -> None:
    """Refuse a period that is not real, not one of its frequency, or begins on another day than the anchor."""
    contract = horizon.contract
    period = row.values.get(contract.period)
    if not isinstance(period, str):
        return
    first, faults = literal.day(first_day(period))
    row.refuse(faults, contract.period)
    freq = row.values.get("freq")
    if freq is not None and not re.fullmatch(PERIODS.get(str(freq), ""), period):
        row.refuse(["inconsistent"], contract.period)
    anchor = row.values.get(contract.anchor)
    if first is not None and anchor is not None and first != anchor:
        row.refuse(["inconsistent"], contract.anchor)


def _judge_order(contract: Contract, row: Judgement) -> None:
    """Refuse the later of two instants that stand in the wrong order."""
    for first, then in contract.order:
        earlier, later = row.values.get(first), row.values.get(then)
        if isinstance(earlier, Instant) and isinstance(later, Instant) and later.moment < earlier.moment:
            row.refuse(["inconsistent"], then)


def _judge_route(contract: Contract, row: Judgement) -> None:
    """Refuse a route that does not lead between the two countries of the post; a post not known says nothing."""
    found, routes = row.values.get(contract.route), reference.routes(str(row.values.get("post")))
    if found is not None and routes and found not in routes:
        row.refuse(["inconsistent"], contract.route)


def _judge_case(case: Case, kind: str, row: Judgement) -> None:
    """Refuse what ``case`` does not allow; a field with a reason of its own is not asked for."""
    if row.values.get(case.field) not in case.among:
        return
    found = row.values.get(case.then)
    if found is None:
        if case.asks and not row.faulty(case.then):
            row.refuse(["inconsistent"], case.then)
    elif case.codes and found not in case.codes:
        row.refuse(["bad_unit" if kind == "unit" else "inconsistent"], case.then)
    elif isinstance(found, int | Decimal) and not _within(case, found):
        row.refuse(["out_of_range"], case.then)


def _within(case: Case, number: int | Decimal) -> bool:
    return (case.least is None or number >= case.least) and (case.most is None or number <= case.most)


def first_day(period: str) -> str:
    """Return the first day of an SDMX period as text; what has no form of a period stays as it is."""
    if re.fullmatch(PERIODS["A"], period):
        return f"{period}-01-01"
    if re.fullmatch(PERIODS["Q"], period):
        return f"{period[:4]}-{QUARTERS[period[-2:]]}-01"
    return f"{period}-01" if re.fullmatch(PERIODS["M"], period) else period
