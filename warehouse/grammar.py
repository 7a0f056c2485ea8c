"""The form of an indicator's header: which keys it has, what each may say, and what is answered when it does not."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any, NoReturn

from puyango.errors import ConfigRefused

if TYPE_CHECKING:
    from collections.abc import Mapping

NAME = re.compile(r"[a-z][a-z0-9_]{1,62}")
RULE = re.compile(r"[A-Z][0-9]{1,2}")
PERIODS = ("day", "month", "quarter", "year")
LANGUAGES = ("en", "es")
KEYS: dict[str, type] = {
    **{f"{text}_{language}": str for text in ("title", "says", "source", "caveat") for language in LANGUAGES},
    **dict.fromkeys(("group", "unit", "severity", "confidentiality", "coverage", "owner"), str),
    **dict.fromkeys(("grain", "period", "method"), list),
    "reach": int,
    "columns": dict,
}
MAY: dict[str, type] = {"whole": str}
SHARE_KEYS: dict[str, type] = {f"denominator_{language}": str for language in LANGUAGES}
CHOICES = {
    "severity": ("critical", "warning"),
    "confidentiality": ("none", "passive", "threshold", "standard", "restricted"),
    "coverage": ("full", "sample", "mixed"),
    "whole": PERIODS,
}
COLUMN_KEYS: dict[str, tuple[type, ...]] = {
    "en": (str,),
    "es": (str,),
    "unit": (str,),
    "least": (int, Decimal),
    "most": (int, Decimal),
    "codes": (list,),
    "required": (bool,),
    "decimals": (int,),
}


@dataclass(frozen=True, slots=True)
class Refusal:
    """Refuses the header of the file ``where``."""

    where: str

    def __call__(self, key: str, fact: str, remedy: str = "See the other indicators for the form.") -> NoReturn:
        """Raise ``ConfigRefused`` that names file and key."""
        raise ConfigRefused(f"{self.where}: {key} {fact}", remedy)


def judge(name: str, stated: Mapping[str, Any], described: Mapping[str, Any], refuse: Refusal) -> None:
    """Refuse a header whose keys, texts, rules or columns are not complete and proper in both languages."""
    _keys(stated, refuse)
    if not set(stated["period"]) <= set(PERIODS):
        refuse("key period", f"is not made of {', '.join(PERIODS)}")
    if not all(isinstance(rule, str) and RULE.fullmatch(rule) for rule in stated["method"]):
        refuse("key method", "cites something that is not a rule of the methodology, such as T6")
    for column in ("period_first_day", "freq"):
        if column not in stated["grain"]:
            refuse("key grain", f"lacks {column}")
    for column in (name, *stated["grain"], *stated["columns"]):
        _column(column, described.get(column), refuse)


def _keys(stated: Mapping[str, Any], refuse: Refusal) -> None:
    asked = KEYS | (SHARE_KEYS if stated.get("unit") == "pct" else {})
    for key in asked:
        if key not in stated:
            refuse(f"key {key}", "is missing", "Every text is in both languages, and a share names its denominator.")
    for key, value in stated.items():
        kind = (KEYS | SHARE_KEYS | MAY).get(key)
        if kind is None:
            refuse(f"key {key}", "is not a key of a header")
        if type(value) is not kind or (kind is not int and not value):
            refuse(f"key {key}", f"is not a {kind.__name__} that says something")
        if value not in CHOICES.get(key, (value,)):
            refuse(f"key {key}", f"is not one of {', '.join(CHOICES[key])}")
    if stated["reach"] < 0:
        refuse("key reach", "is negative")


def _column(name: str, facts: object, refuse: Refusal) -> None:
    if not isinstance(facts, dict):
        refuse(f"column {name}", "is not described", "Describe it under [columns], in both languages.")
    for key in ("en", "es", *facts):
        if key not in COLUMN_KEYS:
            refuse(f"column {name}", f"has no use for {key}")
        if type(facts.get(key)) not in COLUMN_KEYS[key] or facts[key] == "":
            refuse(f"column {name}", f"lacks a proper {key}")
