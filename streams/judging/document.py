"""Numbers of travel documents and number plates: one spelling each, and the check digit that tells a mistyped one."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable

PROVINCES = frozenset({*range(1, 25), 30})  # 30: registered abroad
ISSUERS = {"dni": "PE", "cedula": "EC"}

_SEPARATORS = re.compile(r"[\s.-]+")
_PLATE = re.compile(r"[A-Z0-9]{4,10}")
_PASSPORT = re.compile(r"[A-Z0-9]{5,15}")


class Document(NamedTuple):
    """The one spelling of a number; ``reason`` is empty where the number can exist."""

    number: str
    reason: str = ""
    marks: tuple[str, ...] = ()


def normalised(kind: str, sent: str) -> Document:
    """Return the number of a document of that ``kind`` in its one spelling, judged after it was found."""
    bare = _SEPARATORS.sub("", sent)
    bare = bare.upper() if bare.isascii() else bare
    number, reason = FORMS[kind](bare)
    marks = (("normalised",) if bare != sent else ()) + (("padded",) if len(number) > len(bare) else ())
    return Document("" if reason else number, reason, () if reason else marks)


def _dni(bare: str) -> tuple[str, str]:
    return (bare.zfill(8), "") if _digits(bare) and len(bare) <= 8 else ("", "bad_code")  # noqa: PLR2004 a DNI's length


def _cedula(bare: str) -> tuple[str, str]:
    number = bare.zfill(10)
    if not _digits(bare) or len(bare) not in (9, 10) or int(number[:2]) not in PROVINCES:
        return "", "bad_code"
    return number, "" if modulus_10(number[:9]) == int(number[9]) else "checksum_failed"


def _passport(bare: str) -> tuple[str, str]:
    return (bare, "") if _PASSPORT.fullmatch(bare) else ("", "bad_code")


def _plate(bare: str) -> tuple[str, str]:
    return (bare, "") if _PLATE.fullmatch(bare) else ("", "bad_code")


def _digits(bare: str) -> bool:
    return bare.isascii() and bare.isdigit()


def modulus_10(digits: str) -> int:
    """Return the check digit of a cédula: every second digit doubled, nines cast out, up to the next ten."""
    doubled = (int(digit) * (2 - place % 2) for place, digit in enumerate(digits))
    return -sum(product - 9 if product > 9 else product for product in doubled) % 10  # noqa: PLR2004 cast out nines


FORMS: dict[str, Callable[[str], tuple[str, str]]] = {
    "dni": _dni,
    "cedula": _cedula,
    "passport": _passport,
    "plate": _plate,
}
