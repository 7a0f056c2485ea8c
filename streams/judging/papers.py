"""Vectorised proofs that the number of a document is in its one spelling and could be that of one."""

from __future__ import annotations

from functools import reduce
from operator import add
from typing import TYPE_CHECKING

import polars as pl

from streams.judging.document import ISSUERS, PROVINCES
from streams.judging.value import FILLERS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from puyango.settings import Settings
    from streams.contract import Field

SHAPE = "[A-Z0-9]{4,15}"
FORMS = {"dni": "^[0-9]{8}$", "cedula": "^[0-9]{10}$", "passport": "^[A-Z0-9]{5,15}$", "plate": "^[A-Z0-9]{4,10}$"}


def proofs(field: Field, settings: Settings) -> Iterator[pl.Expr]:
    """Yield what must hold of a document where there is a number: kind, country and form agree."""
    number = pl.col(field.name)
    stem = field.name.removesuffix("_number")
    kind, country = pl.col(f"{stem}_type"), pl.col(f"{stem}_country")
    yield number.str.len_bytes() <= settings.text_bytes
    yield ~number.str.to_lowercase().is_in(list(FILLERS))
    yield country.is_not_null()
    yield pl.any_horizontal((kind == name) & number.str.contains(form) for name, form in FORMS.items())
    yield pl.all_horizontal((kind != name) | (country == issuer) for name, issuer in ISSUERS.items())
    yield (kind != "cedula") | _cedula(number)


def _cedula(number: pl.Expr) -> pl.Expr:
    """Say whether province and check digit are those of a cédula."""
    digits = [number.str.slice(place, 1).cast(pl.Int32, strict=False) for place in range(10)]
    doubled = [digit * (2 - place % 2) for place, digit in enumerate(digits[:9])]
    total = reduce(add, (pl.when(product > 9).then(product - 9).otherwise(product) for product in doubled))  # noqa: PLR2004 (cast out nines)
    province = number.str.slice(0, 2).cast(pl.Int32, strict=False)
    return province.is_in(sorted(PROVINCES)) & ((10 - total % 10) % 10 == digits[9])
