"""Families as a person names them on the command line."""

from __future__ import annotations

import difflib
from typing import TYPE_CHECKING

from puyango.errors import UsageRefused
from puyango.members import members

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from streams.contract import Contract


def families(names: Iterable[str] | None) -> list[Contract]:
    """Return the contracts of the families named, or of all; an unknown name is refused with the nearest known."""
    import streams.families  # noqa: PLC0415 -- declarations are read only where they are used

    declared: dict[str, Contract] = {module.CONTRACT.name: module.CONTRACT for module in members(streams.families)}
    chosen = list(dict.fromkeys(names or declared))
    for name in chosen:
        if name not in declared:
            near = difflib.get_close_matches(name, declared, n=1)
            listed = f"Families: {', '.join(declared)}."
            raise UsageRefused(f"no family is called {name!r}", f"Did you mean {near[0]}? {listed}" if near else listed)
    return [declared[name] for name in chosen]


def numbers(text: str) -> list[int]:
    """Return the partitions that ``text`` lists, as ``0,1``."""
    parts = [part.strip() for part in text.split(",")]
    if not all(part.isascii() and part.isdigit() for part in parts):
        raise UsageRefused(f"--partitions {text!r} is not a list of numbers", "Write it so: --partitions 0,1")
    return [int(part) for part in parts]


def segments(texts: Iterable[str], contracts: Sequence[Contract]) -> list[tuple[str, int, int]]:
    """Return the segments that ``texts`` name, each as ``FAMILY:PARTITION:OFFSET``."""
    known = [contract.name for contract in contracts]
    found = []
    for text in texts:
        family, *place = text.split(":")
        if family not in known or len(place) != 2 or not all(part.isascii() and part.isdigit() for part in place):  # noqa: PLR2004 (partition and offset)
            raise UsageRefused(
                f"--accept-refusals {text!r} names no segment of {', '.join(known)}",
                "Write it as the message did that asked for it: FAMILY:PARTITION:OFFSET",
            )
        found.append((family, int(place[0]), int(place[1])))
    return found


def place(text: str) -> tuple[Contract, int]:
    """Return the contract and the partition that ``text`` names, as ``FAMILY:PARTITION``."""
    family, _, partition = text.partition(":")
    [contract] = families([family])
    if not (partition.isascii() and partition.isdigit()):
        raise UsageRefused(f"{text!r} names no partition", f"Write it so: {family}:0")
    return contract, int(partition)


def row_place(text: str) -> tuple[Contract, int, int]:
    """Return contract, partition and offset that ``text`` names, as ``FAMILY:PARTITION:OFFSET``."""
    named, _, offset = text.rpartition(":")
    if not (offset.isascii() and offset.isdigit() and ":" in named):
        raise UsageRefused(f"{text!r} names no row", "Write it so: FAMILY:PARTITION:OFFSET")
    return *place(named), int(offset)
