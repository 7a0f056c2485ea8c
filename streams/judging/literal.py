"""Written grammars of numbers, days and instants, matched before any conversion.

The parsers of the language are generous: they take ``1_0``, Arabic digits, week dates and ``24:00``.
Each function returns the value, or None and the reasons why the literal has none.
"""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from typing import NamedTuple, TypeVar

WHOLE = r"-?(?:0|[1-9][0-9]*)"
FRACTION = r"\.[0-9]+"
DAY = r"[0-9]{4}-[0-9]{2}-[0-9]{2}"
CLOCK = r"(?:[01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9](?:\.[0-9]{1,6})?"
OFFSET = r"Z|[+-](?:0[0-9]:[0-5][0-9]|1[0-3]:[0-5][0-9]|14:00)"
UNKNOWN_OFFSET = "-00:00"
LEAST_WHOLE, MOST_WHOLE = -(2**63), 2**63 - 1

_NUMBER = re.compile(rf"({WHOLE})({FRACTION})?([eE][+-]?[0-9]+)?", re.ASCII)
_DAY = re.compile(DAY, re.ASCII)
_MOMENT = re.compile(rf"({DAY})T([0-9]{{2}}:[0-9]{{2}}:[0-9]{{2}}(?:\.[0-9]+)?)(.*)", re.ASCII | re.DOTALL)
_CLOCK = re.compile(CLOCK, re.ASCII)
_OFFSET = re.compile(OFFSET, re.ASCII)

T = TypeVar("T")
Read = tuple[T | None, tuple[str, ...]]


class Instant(NamedTuple):
    """A moment, the day on the clock that wrote it, and whether it was written in UTC (``Z``, ``+00:00``)."""

    moment: datetime
    day: date
    in_utc: bool


def whole(literal: str, longest: int) -> Read[int]:
    """Return the 64-bit whole number that ``literal`` of at most ``longest`` characters writes without a point."""
    digits = _NUMBER.fullmatch(literal) if len(literal) <= longest else None
    if digits is None or digits[3]:
        return None, ("bad_number",)
    if digits[2]:
        return None, ("wrong_type",)
    number = int(literal) if len(literal) <= len(str(LEAST_WHOLE)) else MOST_WHOLE + 1
    return (number, ()) if LEAST_WHOLE <= number <= MOST_WHOLE else (None, ("out_of_range",))


def decimal(literal: str, longest: int, precision: int, scale: int) -> Read[Decimal]:
    """Return the decimal that ``literal`` writes, where ``precision`` and ``scale`` keep it exactly, never -0."""
    digits = _NUMBER.fullmatch(literal) if len(literal) <= longest else None
    if digits is None or digits[3]:
        return None, ("bad_number",)
    fraction = (digits[2] or ".")[1:].rstrip("0")
    if len(fraction) > scale:
        return None, ("bad_number",)
    if len(digits[1].lstrip("-").lstrip("0")) > precision - scale:
        return None, ("out_of_range",)
    number = Decimal(f"{digits[1]}.{fraction.ljust(scale, '0')}" if scale else digits[1])
    return (number or number.copy_abs()), ()


def day(literal: str) -> Read[date]:
    """Return the real calendar day written ``YYYY-MM-DD``."""
    try:
        return (date.fromisoformat(literal), ()) if _DAY.fullmatch(literal) else (None, ("bad_date",))
    except ValueError:
        return None, ("bad_date",)


def instant(literal: str) -> Read[Instant]:
    """Return the moment written in RFC 3339 with a known offset and at most six decimals of a second."""
    parts = _MOMENT.fullmatch(literal)
    if parts is None:
        return None, ("bad_date",)
    on, faults = day(parts[1])
    if not _CLOCK.fullmatch(parts[2]):
        faults = ("bad_date",)
    if not _OFFSET.fullmatch(parts[3]) or parts[3] == UNKNOWN_OFFSET:
        faults = (*faults, "bad_zone")
    if faults or on is None:
        return None, faults
    local = datetime.fromisoformat(f"{parts[1]}T{parts[2]}")
    return Instant(local.replace(tzinfo=_zone(parts[3])), on, parts[3] in {"Z", "+00:00"}), ()


def _zone(offset: str) -> timezone:
    if offset == "Z":
        return UTC
    ahead = timedelta(hours=int(offset[1:3]), minutes=int(offset[4:6]))
    return timezone(-ahead if offset[0] == "-" else ahead)
