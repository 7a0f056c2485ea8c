"""Whether what lies in the archive is what was published."""

from __future__ import annotations

from typing import TYPE_CHECKING

import duckdb

from transforms import lake
from warehouse import archive, digest, entry, register

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from puyango.settings import Settings
    from warehouse.vintage import Vintage


def faults(
    settings: Settings, expect: Callable[[int], None] = lambda _: None, step: Callable[[], None] = lambda: None
) -> list[str]:
    """Return every contradiction between register, ledger and marts, each in words; none if all is as published."""
    try:
        known = register.read(settings)
    except register.RegisterBroken as error:
        return [error.what]
    expect(len(known))
    found = list(_ledger(settings, known))
    for each in known:
        found += _mart(settings, each)
        step()
    return found


def _ledger(settings: Settings, known: list[Vintage]) -> Iterator[str]:
    """Yield the vintages that the ledger tells otherwise; a lake made anew may not have heard of them yet."""
    with lake.reading(settings) as con:
        entered = {each.name: each for each in entry.entered(con)}
    told = {each.name: each for each in known}
    for name, each in entered.items():
        if name not in told:
            yield f"{name} is in lake.ops.vintage, but has no line in {register.path(settings)}"
        elif told[name] != each:
            yield f"{name}: its line in {register.path(settings)} differs from lake.ops.vintage"


def _mart(settings: Settings, vintage: Vintage) -> list[str]:
    path = archive.path(settings, vintage)
    if not path.exists():
        return [f"{vintage.name}: its mart {path} is lost (puyango build --vintage {vintage.name} makes it again)"]
    try:
        found = digest.of_file(path)
    except duckdb.Error as error:
        return [f"{vintage.name}: its mart {path} cannot be read: {error}"]
    if found != vintage.figures:
        return [f"{vintage.name}: the figures in {path} have sha256 {found}, published were {vintage.figures}"]
    return []
