"""Keyed pseudonyms: the same person gets the same token under one key, and nobody without it can tell which."""

from __future__ import annotations

import hmac
from base64 import b32encode
from datetime import date
from typing import TYPE_CHECKING, NamedTuple

from streams.judging import document

if TYPE_CHECKING:
    from streams.contract import Contract
    from streams.judging.judgement import Judgement
    from streams.privacy.keys import Keyring

TOKEN_CHARS = 26  # 5 bits each: 130 bits of the 256 are kept


class PseudonymKey(NamedTuple):
    """A secret and the name by which tokens say that they were made with it."""

    key_id: str
    secret: bytes


def token(key: PseudonymKey, domain: str, country: str, kind: str, number: str) -> str:
    """Return the token of the document with that normalised number.

    Each part is preceded by its length, so that no two different documents are the same bytes.
    """
    parts = (part.encode() for part in (domain, country, kind, number))
    message = b"".join(len(part).to_bytes(2, "big") + part for part in parts)
    digest = hmac.digest(key.secret, message, "sha256")
    return f"v{key.key_id}.{b32encode(digest).decode()[:TOKEN_CHARS]}"


def pseudonymise(contract: Contract, keyring: Keyring, row: Judgement) -> None:
    """Put the token of each travel document of ``row`` in its place; no number is left, whatever is found.

    The fields ``<stem>_type`` and ``<stem>_country`` beside ``<stem>_number`` say which document it is.
    """
    for field in contract.fields:
        if field.kind == "document" and (sent := row.values.pop(field.name, None)) is not None:
            stem = field.name.removesuffix("_number")
            _pseudonymise(contract, keyring, row, (field.name, f"{stem}_type", f"{stem}_country"), str(sent))


def _pseudonymise(contract: Contract, keyring: Keyring, row: Judgement, names: tuple[str, str, str], sent: str) -> None:
    number_field, kind_field, country_field = names
    kind, country = row.values.get(kind_field), row.values.get(country_field)
    for name, stated in ((kind_field, kind), (country_field, country)):
        if stated is None and not row.faulty(name):
            row.refuse(["missing_required"], name)
    if not isinstance(kind, str):
        return
    if country is not None and country != document.ISSUERS.get(kind, country):
        row.refuse(["inconsistent"], country_field)
    found = document.normalised(kind, sent)
    if found.reason:
        row.refuse([found.reason], number_field)
    row.mark(found.marks, number_field)
    administration, day = row.values.get("administration"), row.values.get(contract.anchor)
    if row.refused or not isinstance(day, date):
        return
    if key := keyring.pseudonym(str(administration), day):
        row.values[number_field] = token(key, contract[number_field].lands_as, str(country), kind, found.number)
    else:
        row.refuse(["unknown_code"], "administration")
