"""Pseudonyms of many documents at once: for those whose number is proven to be in its one spelling."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from streams.privacy.pseudonym import token

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date

    from streams.contract import Contract, Field
    from streams.privacy.keys import Keyring
    from streams.privacy.pseudonym import PseudonymKey


class Tokens:
    """Puts tokens in the place of the documents of one contract."""

    def __init__(self, contract: Contract, keyring: Keyring) -> None:
        """Prepare for the fields of kind ``document``."""
        self._anchor = contract.anchor
        self._fields = [field for field in contract.fields if field.kind == "document"]
        self._keyring = keyring

    def put(self, rows: pl.DataFrame) -> pl.DataFrame:
        """Return ``rows`` with tokens for the numbers of those that are ``proven``, and no number of any other.

        A row whose administration has no key is not proven: the judge of rows refuses it.
        """
        for field in self._fields:
            rows = self._put(rows, field)
        return rows

    def _put(self, rows: pl.DataFrame, field: Field) -> pl.DataFrame:
        wanted = rows["proven"] & rows[field.column].is_not_null()
        made = list(self._made(rows.filter(wanted), field))
        tokens = pl.Series(field.column, [None] * rows.height, pl.String).scatter(wanted.arg_true(), made)
        lost = wanted & tokens.is_null()
        return rows.with_columns(tokens, proven=rows["proven"] & ~lost)

    def _made(self, rows: pl.DataFrame, field: Field) -> Iterator[str | None]:
        stem = field.name.removesuffix("_number")
        names = ("administration", self._anchor, f"{stem}_country", f"{stem}_type", field.column)
        keys: dict[tuple[str, date], PseudonymKey | None] = {}
        for administration, day, country, kind, number in rows.select(names).iter_rows():
            place = (administration, day)
            if place not in keys:
                keys[place] = self._keyring.pseudonym(administration, day)
            key = keys[place]
            yield token(key, field.lands_as, country, kind, number) if key else None
