"""Vectorised proofs that a recognised row is clean: no reason and no mark could be found by the judge of rows."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import polars as pl

from puyango import reference
from streams import schema
from streams.contract import MEASURES
from streams.judging import moments, papers
from streams.judging.coherence import QUARTERS
from streams.judging.horizon import Horizon
from streams.judging.value import FILLERS, folded

if TYPE_CHECKING:
    from collections.abc import Iterator

    from puyango.settings import Settings
    from streams.contract import Case, Contract, Field

_WIDE = re.compile(r"\[\^|\.|\\[A-Za-z]|[^ -~]|\"")
SUSPICIOUS = r"@|(?:[0-9][^0-9]*){5}"  # every form of an identifier has a sign or five digits


def proven(contract: Contract, settings: Settings) -> pl.Expr:
    """Say of each row whether all proofs hold; null counts as no."""
    horizon = Horizon.of(contract, settings)
    proofs = [pl.col("plain"), _key_agrees(contract)]
    for field in contract.fields:
        absent = pl.col(field.name).is_null()
        proofs += [proof if field.required else proof | absent for proof in _proofs(field, settings, horizon)]
    if settings.object_keys < len(contract.fields):
        named = pl.sum_horizontal(pl.col(field.name).is_not_null() for field in contract.fields)
        proofs.append(named <= settings.object_keys)
    if contract.period:
        knows_freq = any(field.name == "freq" for field in contract.fields)
        proofs.append((_period_agrees(contract) if knows_freq else pl.lit(None)) | pl.col(contract.period).is_null())
    proofs += [_case_holds(case, contract[case.then]) for case in contract.cases]
    proofs += moments.ordered(contract)
    if contract.route:
        proofs.append(_route_leads(contract))
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
        case "instant":
            yield from moments.proofs(field, horizon)
        case "document":
            yield from papers.proofs(field, settings)


def _code_proofs(field: Field, settings: Settings) -> Iterator[pl.Expr]:
    text = pl.col(field.name)
    yield text.str.len_bytes() <= settings.text_bytes
    if field.codes:
        if all(code == folded(field, code.strip()) and code.casefold() not in FILLERS for code in field.codes):
            return
    elif field.pattern and not narrow(field.pattern):
        yield text.str.contains(f"^(?:{field.pattern})$")
    if field.codes or not narrow(field.pattern) or " " in field.pattern:
        yield text == text.str.strip_chars()
    if field.codes or not field.pattern or _may_fill(field.pattern):
        yield ~text.str.to_lowercase().is_in(list(FILLERS))
    if field.fold_case:
        yield text == (text.str.to_uppercase() if field.fold_case == "upper" else text.str.to_lowercase())


def narrow(pattern: str) -> bool:
    """Say whether ``pattern`` can only match ASCII without a quote, so that it may stand in the expression itself."""
    return bool(pattern) and not _WIDE.search(pattern)


def _may_fill(pattern: str) -> bool:
    return any(re.fullmatch(pattern, filler, re.IGNORECASE) for filler in FILLERS)


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
    pieces: list[pl.Expr] = []
    for place, name in enumerate(contract.thing):
        quote = "" if contract[name].kind in MEASURES else '"'
        item = pl.concat_str([pl.lit(quote), pl.col(name), pl.lit(quote)])
        pieces += [pl.lit("," if place else "["), item if contract[name].required else item.fill_null("null")]
    key = pl.col("record_key")
    return key.is_null() | (key == pl.concat_str([*pieces, pl.lit("]")]).cast(pl.Binary))


def _case_holds(case: Case, field: Field) -> pl.Expr:
    """Say whether ``case`` does not apply, or what it says of ``field`` holds."""
    then = pl.col(case.then)
    applies = pl.col(case.field).is_in(list(case.among)).fill_null(value=False)
    if case.asks:
        return ~applies | then.is_not_null()
    holds = [then.is_in(list(case.codes))] if case.codes else []
    if case.least is not None or case.most is not None:
        number = then.cast(schema.polars_type(field), strict=False)
        holds += [number >= case.least] if case.least is not None else []
        holds += [number <= case.most] if case.most is not None else []
    return ~applies | then.is_null() | pl.all_horizontal(holds)


def _route_leads(contract: Contract) -> pl.Expr:
    """Say whether the route is absent, or leads between the countries of the post; a post not known says nothing."""
    known = {post: reference.routes(post) for post in reference.codes("posts")}
    leads = {f"{post} {route}" for post, routes in known.items() for route in routes}
    post, route = pl.col("post"), pl.col(contract.route)
    paired = post.is_in(sorted(post for post, routes in known.items() if routes))
    return route.is_null() | ~paired | pl.concat_str([post, pl.lit(" "), route]).is_in(sorted(leads))


def _period_agrees(contract: Contract) -> pl.Expr:
    """Say whether the period, of the form of its frequency, begins on the anchor day, which is a real day.

    That the first day written out is the anchor's text proves the form too.
    """
    period = pl.col(contract.period)
    quarter = period.str.slice(4).replace_strict({f"-{name}": month for name, month in QUARTERS.items()}, default=None)
    begins = {
        "A": period + "-01-01",
        "Q": pl.concat_str([period.str.slice(0, 4), pl.lit("-"), quarter, pl.lit("-01")]),
        "M": period + "-01",
        "D": period,
    }
    first = pl.coalesce([pl.when(pl.col("freq") == freq).then(day) for freq, day in begins.items()])
    return first == pl.col(contract.anchor)
