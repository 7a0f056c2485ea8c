"""Identifiers of a person, recognised by their form alone where a field should hold none."""

from __future__ import annotations

import re
from unicodedata import category, normalize

UNSEEN = ("Cf", "Cc", "Mn", "Me")
APART = r"[\W_]{0,3}"  # signs that may stand between two digits of one number
MAIL = r"[^\s@]\s{0,2}@\s{0,2}[^\s@]+?\s{0,2}\.\s{0,2}[^\s@]"
DIGITS = rf"\d(?:{APART}\d){{6,}}"  # DNI, cédula, RUC, telephone, card: seven digits or more, however grouped
PASSPORT = rf"(?<![^\W_])[A-Z]{{1,3}}{APART}\d(?:{APART}\d){{4,}}"

_FORM = re.compile(f"{MAIL}|{DIGITS}|{PASSPORT}", re.IGNORECASE)


def found(text: str) -> bool:
    """Say whether ``text`` holds what looks like a document, a telephone or an e-mail address; in doubt, yes.

    Signs that nobody sees are taken out first: they part digits for a program, and not for a reader.
    """
    return _FORM.search(text if text.isascii() and text.isprintable() else _seen(text)) is not None


def _seen(text: str) -> str:
    return "".join(sign for sign in normalize("NFKC", text) if category(sign) not in UNSEEN)
