"""Vectorised proofs that a recognised row is clean: no reason and no mark could be found by the judge of rows."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from streams import schema
from streams.coherence import PERIODS, QUARTERS
from streams.contract import MEASURES
from streams.horizon import Horizon
from streams.value import FILLERS, folded

if TYPE_CHECKING:
    from collections.abc import Iterator

    from puyango.settings import Settings
    from streams.contract import Contract, Field

SUSPICIOUS = r"@|(?:[0-9][^0-9]*){5}"  # every form of an identifier has a sign or five digits


def proven(contract: Contract, settings: Settings) -> pl.Expr:
    """Say of each row whether all proofs hold; null counts as no."""
    horizon = Horizon.of(contract, settings)
    proofs = [pl.col("plain"), _key_agrees(contract)]
    for field in contract.fields:
        absent = pl.col(field.name).is_null()
        proofs += [proof if field.required else proof | absent for proof in _proofs(field, settings, horizon)]
    if contract.period:
        proofs.append(_period_agrees(contract) | pl.col(contract.period).is_null())
    return pl.all_horizontal(proofs)


def _proofs(field: Field, settings: Settings, horizon: Horizon) -> Iterator[pl.Expr]:
    text = pl.col(field.name)
    yield text.is_not_null()
    if field.fillers:
        yield ~text.is_in(list(field.fillers))
    match field.kind:
        case "code" | "unit":
            yield from _code_proofs(field, settings)
        case "text":
            yield text.str.len_bytes() <= settings.text_bytes
            yield (text == text.str.strip_chars()) & ~text.str.to_lowercase().is_in(list(FILLERS))
            yield ~text.str.contains(SUSPICIOUS)
        case "whole" | "decimal":
            yield from _measure_proofs(field, settings)
        case "day":
            yield horizon.days_within(field, text.str.to_date("%Y-%m-%d", strict=False))


def _code_proofs(field: Field, settings: Settings) -> Iterator[pl.Expr]:
    text = pl.col(field.name)
    yield text.str.len_bytes() <= settings.text_bytes
    if field.codes:
        forms = list(field.codes)
        if all(code == folded(field, code.strip()) and code.casefold() not in FILLERS for code in forms):
            return
    elif field.pattern:
        yield text.str.contains(f"^(?:{field.pattern})$")
    yield text == text.str.strip_chars()
    yield ~text.str.to_lowercase().is_in(list(FILLERS))
    if field.fold_case:
        yield text == (text.str.to_uppercase() if field.fold_case == "upper" else text.str.to_lowercase())


def _measure_proofs(field: Field, settings: Settings) -> Iterator[pl.Expr]:
    text = pl.col(field.name)
    number = text.cast(schema.polars_type(field), strict=False)
    yield text.str.len_bytes() <= settings.literal_chars
    yield number.is_not_null() & ~(text.str.starts_with("-") & (number == 0))
    if field.least is not None:
        yield number >= field.least
    if field.most is not None:
        yield number <= field.most


def _key_agrees(contract: Contract) -> pl.Expr:
    """Say whether the key is absent or the compact array of the thing key, as ``streams.event.key`` writes it."""
    items = [
        pl.format('"{}"' if contract[name].kind not in MEASURES else "{}", pl.col(name)).fill_null("null")
        for name in contract.thing
    ]
    array = pl.concat_str([pl.lit("["), pl.concat_str(items, separator=","), pl.lit("]")])
    key = pl.col("record_key")
    return key.is_null() | (key == array.cast(pl.Binary))


def _period_agrees(contract: Contract) -> pl.Expr:
    """Say whether the period has the form of its frequency and begins on the anchor day."""
    period = pl.col(contract.period)
    quarter = period.str.slice(5, 2).replace_strict(QUARTERS, default=None)
    begins = {
        "A": period + "-01-01",
        "Q": pl.concat_str([period.str.slice(0, 5), quarter, pl.lit("-01")]),
        "M": period + "-01",
        "D": period,
    }
    freq = pl.col("freq")
    return pl.any_horizontal(
        [
            (freq == name) & period.str.contains(f"^(?:{PERIODS[name]})$") & (first == pl.col(contract.anchor))
            for name, first in begins.items()
        ]
    )
