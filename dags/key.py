"""A partition key: one day, or a span of days, in the ISO 8601 form; anything else is refused before it is used."""

from __future__ import annotations

import re
from datetime import date, timedelta
from typing import TYPE_CHECKING

from puyango.errors import InputUnfit

if TYPE_CHECKING:
    from collections.abc import Collection

DAY = r"(\d{4}-\d{2}-\d{2})(?:T00:00:00)?"
FORM = re.compile(rf"{DAY}(?:--{DAY})?", re.ASCII)
LONGEST_DAYS = 36_600
SHOWN = 60
REMEDY = "A key is a day such as 2026-11-24, or a first and a last day: 2026-11-01--2026-11-24."


def days(key: str | None) -> list[date] | None:
    """Return the days that ``key`` names, in order; None where there is no key, and all that is stale is meant.

    Raises ``InputUnfit`` that quotes what is no key; nothing has been read or written then.
    """
    if key is None:
        return None
    form = FORM.fullmatch(key)
    if form is None:
        raise InputUnfit(f"partition key {quoted(key)} is not a day", REMEDY)
    try:
        first = date.fromisoformat(form[1])
        last = date.fromisoformat(form[2]) if form[2] else first
    except ValueError as error:
        raise InputUnfit(f"partition key {quoted(key)}: {error}", REMEDY) from None
    if not 0 <= (last - first).days < LONGEST_DAYS:
        raise InputUnfit(f"partition key {quoted(key)} ends before it begins, or after a century", REMEDY)
    return [first + timedelta(days=step) for step in range((last - first).days + 1)]


def spanning(days: Collection[date]) -> str:
    """Return the key of ``days``: the day, or the span from the first to the last."""
    first, last = min(days), max(days)
    return str(first) if first == last else f"{first}--{last}"


def quoted(key: str) -> str:
    """Return ``key`` as a literal of printable ASCII, cut short: nothing in it reaches a log or page as itself."""
    return ascii(key[:SHOWN]) + (" …" if len(key) > SHOWN else "")
