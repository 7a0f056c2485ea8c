"""The one canonical form of an event: what adapters and simulators send."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec
import numpy as np

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from decimal import Decimal

    from streams.contract import Contract

    Value = str | int | Decimal | msgspec.Raw | None

ENCODER = msgspec.json.Encoder(decimal_format="number")

SEED, MIX, SHIFT = 0x9747B28C, 0x5BD1E995, 24


def body(contract: Contract, event: Mapping[str, Value]) -> bytes:
    """Return the compact JSON object of the contract's fields in their order, those that are None left out."""
    names = (field.name for field in contract.fields)
    return ENCODER.encode({name: event[name] for name in names if event.get(name) is not None})


def key(contract: Contract, event: Mapping[str, Value]) -> bytes:
    """Return the Kafka key: the compact JSON array of the thing key, so that one thing stays in one partition."""
    return ENCODER.encode([event.get(name) for name in contract.thing])


class Writer:
    """Writes many events of one shape: the same bytes as ``key`` and ``body``, at a third of the cost.

    ``columns`` is the order in which the values of a row are given: that of the contract.
    """

    def __init__(self, contract: Contract, names: Sequence[str]) -> None:
        """Prepare for events that have the fields ``names``."""
        self.columns = [field.name for field in contract.fields if field.name in names]
        fields = [(name, object, None) for name in self.columns]
        self._shape = msgspec.defstruct(contract.name, fields, omit_defaults=True)
        places = {name: place for place, name in enumerate(self.columns)}
        self._key = [places.get(name) for name in contract.thing]

    def __call__(self, row: Sequence[Value]) -> tuple[bytes, bytes]:
        """Return key and body of the event with these values."""
        thing = [None if place is None else row[place] for place in self._key]
        return ENCODER.encode(thing), ENCODER.encode(self._shape(*row))


def partitions(keys: Sequence[bytes], count: int) -> list[int]:
    """Return the partition of each key among ``count``, as the clients of every language choose it (murmur2).

    All at once: key by key in Python this alone would take as long as sending the records.
    """
    if not keys:
        return []
    lengths = np.array([len(one) for one in keys], dtype=np.uint32)
    words = int(lengths.max()) // 4 + 1
    padded = b"".join(one.ljust(4 * words, b"\0") for one in keys)
    table = np.frombuffer(padded, dtype="<u4").reshape(len(keys), words)
    mixed = np.uint32(SEED) ^ lengths
    for place in range(words):
        word = table[:, place] * np.uint32(MIX)
        whole = (mixed * np.uint32(MIX)) ^ ((word ^ (word >> np.uint32(SHIFT))) * np.uint32(MIX))
        rest = (mixed ^ table[:, place]) * np.uint32(MIX)
        left = lengths - np.minimum(lengths, 4 * place)
        mixed = np.where(left >= 4, whole, np.where(left > 0, rest, mixed))  # noqa: PLR2004 (bytes of a word)
    mixed = (mixed ^ (mixed >> np.uint32(13))) * np.uint32(MIX)
    mixed ^= mixed >> np.uint32(15)
    chosen: list[int] = ((mixed & np.uint32(0x7FFFFFFF)) % np.uint32(count)).tolist()
    return chosen
