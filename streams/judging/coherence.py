"""What the fields of one row say together: days, instants and periods that must agree."""

from __future__ import annotations

import re
from datetime import date
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from puyango import reference
from streams.judging import literal
from streams.judging.literal import Instant

if TYPE_CHECKING:
    from datetime import datetime

    from streams.judging.horizon import Horizon
    from streams.judging.judgement import Judgement

PERIODS = {"A": r"[0-9]{4}", "Q": r"[0-9]{4}-Q[1-4]", "M": r"[0-9]{4}-[0-9]{2}", "D": literal.DAY}
QUARTERS = {"Q1": "01", "Q2": "04", "Q3": "07", "Q4": "10"}


def judge(horizon: Horizon, known_at: datetime, row: Judgement) -> None:
    """Add to ``row`` the reasons that its times give, alone against the append time and among themselves."""
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


def first_day(period: str) -> str:
    """Return the first day of an SDMX period as text; what has no form of a period stays as it is."""
    if re.fullmatch(PERIODS["A"], period):
        return f"{period}-01-01"
    if re.fullmatch(PERIODS["Q"], period):
        return f"{period[:4]}-{QUARTERS[period[-2:]]}-01"
    return f"{period}-01" if re.fullmatch(PERIODS["M"], period) else period
