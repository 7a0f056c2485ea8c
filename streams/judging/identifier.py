"""Identifiers of a person, recognised by their form alone where a field should hold none."""

from __future__ import annotations

import re
from unicodedata import normalize

MAIL = r"[^\s@]@[^\s@]+\.[^\s@]"
DIGITS = r"\d(?:[ ./()-]{0,2}\d){6,}"  # DNI, cédula, RUC, telephone, card: seven digits or more, however grouped
PASSPORT = r"\b[A-Z]{1,3}[ .-]?\d{5,}"

_FORM = re.compile(f"{MAIL}|{DIGITS}|{PASSPORT}", re.IGNORECASE)


def found(text: str) -> bool:
    """Say whether ``text`` holds what looks like a document, a telephone or an e-mail address; in doubt, yes."""
    return _FORM.search(normalize("NFKC", text)) is not None
