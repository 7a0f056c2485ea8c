"""The fast way for canonical rows: one anchored expression recognises the bytes, vectorised checks prove them clean.

What is not proven goes to the one judge of rows; so this may be narrow, but never generous. It knows the
bytes that ``streams.event.body`` writes: fields in the contract's order, compact, without escapes.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import polars as pl

from streams import schema
from streams.judging import literal, moments, papers
from streams.judging.proof import narrow, proven
from streams.privacy.tokens import Tokens

if TYPE_CHECKING:
    from puyango.settings import Settings
    from streams.contract import Contract, Field
    from streams.privacy.keys import Keyring

ASCII_TEXT = r"[ !#-\[\]-~]*"
LATIN_TEXT = r"[ !#-\[\]-~À-ž]*"  # letters that no normal form changes
SHAPES = {"text": LATIN_TEXT, "day": literal.DAY, "instant": moments.SHAPE, "document": papers.SHAPE}


class Stencil:
    """The expression and the checks of one contract."""

    def __init__(self, contract: Contract, settings: Settings, keyring: Keyring) -> None:
        """Derive both."""
        self._expression = expression(contract)
        self._tokens = Tokens(contract, keyring)
        self._landed = [landed(field).alias(field.column) for field in contract.fields]
        self._proven = proven(contract, settings).fill_null(value=False).alias("proven")

    def read(self, rows: pl.DataFrame) -> pl.DataFrame:
        """Return the landed values of ``rows`` and whether each row is ``proven`` clean.

        ``rows`` are ``record_value``, ``record_key``, ``known_at`` and ``plain`` (headers and size say nothing
        that needs a judge).
        """
        found = decoded(rows["record_value"]).str.extract_groups(self._expression).struct.unnest()
        read = pl.concat([rows, found], how="horizontal").select(*self._landed, self._proven)
        return self._tokens.put(read)


def expression(contract: Contract) -> str:
    """Return the anchored expression with a group for each field that it can recognise."""
    members = []
    for place, field in enumerate(contract.fields):
        member = f'{"," if place else ""}"{field.name}":{group(field)}'
        members.append(member if field.required else f"(?:{member})?")
    return rf"^\{{{''.join(members)}\}}$"


def group(field: Field) -> str:
    """Return the named group of the literals of ``field`` that it recognises."""
    name = f"?P<{field.name}>"
    match field.kind:
        case "whole":
            return f"({name}{literal.WHOLE})"
        case "decimal":
            fraction = rf"(?:\.[0-9]{{1,{field.scale}}})?" if field.scale else ""
            return f"({name}{literal.WHOLE}{fraction})"
        case kind:
            return f'"({name}{SHAPES.get(kind) or _codes(field)})"'


def _codes(field: Field) -> str:
    if field.codes:
        return "|".join(map(re.escape, field.codes))
    return field.pattern if narrow(field.pattern) else ASCII_TEXT


def landed(field: Field) -> pl.Expr:
    """Return what lands of the literal of ``field``; null where it has no such value."""
    text = pl.col(field.name)
    if field.kind == "day":
        day = text.str.to_date("%Y-%m-%d", strict=False)
        return day.dt.year().cast(pl.Int16) if field.personal == "year" else day
    if field.kind == "instant":
        return moments.moment(field.name)
    return text.cast(schema.polars_type(field), strict=False)


def decoded(values: pl.Series) -> pl.Series:
    """Return ``values`` as text, null where the bytes are not UTF-8; a cast would raise for all because of one."""
    try:
        return values.cast(pl.String)
    except pl.exceptions.PolarsError:
        return pl.Series([None if value is None else _text(value) for value in values], dtype=pl.String)


def _text(value: bytes) -> str | None:
    try:
        return value.decode()
    except UnicodeDecodeError:
        return None
