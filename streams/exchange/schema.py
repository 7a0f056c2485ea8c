"""A contract as JSON Schema (draft 2020-12), for producers in every language.

It asks for the canonical form: what it accepts the judge does not refuse for its shape. What no JSON Schema can say
stands beside it under names that begin with ``x-``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from streams import event
from streams.exchange.example import example
from streams.exchange.value import value
from streams.judging.coherence import QUARTERS

if TYPE_CHECKING:
    from puyango.settings import Settings
    from streams.contract import Case, Contract

DRAFT = "https://json-schema.org/draft/2020-12/schema"
MONTH = "(?:0[1-9]|1[0-2])"
PERIODS = {"A": "[0-9]{4}", "Q": f"[0-9]{{4}}-(?:{'|'.join(QUARTERS)})", "M": f"[0-9]{{4}}-{MONTH}"}
CANONICAL = (
    "UTF-8, one object, fields in this order, no blanks between them; a field that does not apply is left out, never "
    "null. Whole numbers without a point or exponent, decimals with at most x-scale decimals, both as JSON numbers."
)

Schema = dict[str, object]


def schema(contract: Contract, limits: Settings) -> Schema:
    """Return the schema of one body of the family, and how its record is addressed."""
    shown = example(contract)
    return {
        "$schema": DRAFT,
        "$id": f"urn:puyango:{contract.name}:{contract.version}",
        "title": contract.name,
        "description": contract.says,
        "type": "object",
        "properties": {field.name: value(contract, field, limits) for field in contract.fields},
        "required": [field.name for field in contract.fields if field.required],
        "additionalProperties": False,
        **_documents(contract),
        **_conditions(contract),
        **({"examples": [shown]} if shown else {}),
        "x-topic": contract.topic,
        "x-partitions": contract.partitions,
        "x-headers": {"schema": contract.schema_header.decode()},
        "x-key": {
            "says": "Compact JSON array of these fields of the body, null where one is absent; murmur2 partitioner.",
            "fields": list(contract.thing),
            **({"example": event.key(contract, shown).decode()} if shown else {}),
        },
        "x-body": CANONICAL,
        "x-record-bytes": limits.record_bytes,
        "x-anchor": contract.anchor,
        **({"x-order": [list(pair) for pair in contract.order]} if contract.order else {}),
        **({"x-route": contract.route} if contract.route else {}),
        "x-first-day": contract.first_day,
        "x-source": contract.source,
        "x-licence": contract.licence,
        "x-owner": contract.owner,
        "x-purpose": contract.purpose,
    }


def _documents(contract: Contract) -> Schema:
    """Say that a number of a document does not come without its kind and country."""
    stems = [field.name.removesuffix("_number") for field in contract.fields if field.kind == "document"]
    if not stems:
        return {}
    return {"dependentRequired": {f"{stem}_number": [f"{stem}_type", f"{stem}_country"] for stem in stems}}


def _conditions(contract: Contract) -> Schema:
    conditions = [*_periods(contract), *map(_case, contract.cases)]
    return {"allOf": conditions} if conditions else {}


def _case(case: Case) -> Schema:
    """Say what one field may hold where another holds one of some codes."""
    stated = {"enum": list(case.codes), "minimum": case.least, "maximum": case.most}
    then: Schema = {
        "properties": {case.then: {name: bound for name, bound in stated.items() if bound not in (None, [])}}
    }
    return {
        "if": {"properties": {case.field: {"enum": list(case.among)}}, "required": [case.field]},
        "then": {"required": [case.then]} if case.asks else then,
    }


def _periods(contract: Contract) -> list[Schema]:
    """Say which form a period has by its frequency."""
    if not contract.period or all(field.name != "freq" for field in contract.fields):
        return []
    forms: dict[str, Schema] = {freq: {"pattern": f"^{pattern}$"} for freq, pattern in PERIODS.items()}
    forms["D"] = {"format": "date", "pattern": "^[0-9]{4}-[0-9]{2}-[0-9]{2}$"}
    return [
        {
            "if": {"properties": {"freq": {"const": freq}}, "required": ["freq"]},
            "then": {"properties": {contract.period: form}},
        }
        for freq, form in forms.items()
    ]
