"""The one canonical form of an event: what adapters and simulators send."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

if TYPE_CHECKING:
    from collections.abc import Mapping
    from decimal import Decimal

    from streams.contract import Contract

    Value = str | int | Decimal | None

ENCODER = msgspec.json.Encoder(decimal_format="number")


def body(contract: Contract, event: Mapping[str, Value]) -> bytes:
    """Return the compact JSON object of the contract's fields in their order, those that are None left out."""
    names = (field.name for field in contract.fields)
    return ENCODER.encode({name: event[name] for name in names if event.get(name) is not None})


def key(contract: Contract, event: Mapping[str, Value]) -> bytes:
    """Return the Kafka key: the compact JSON array of the thing key, so that one thing stays in one partition."""
    return ENCODER.encode([event.get(name) for name in contract.thing])
