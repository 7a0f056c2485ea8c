"""What a publisher's files hold and how each field of an event is read from them.

A source is one file of this folder that declares ``SOURCE``; the file is its own registration.
"""

from __future__ import annotations

import difflib
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import polars as pl

import streams.sources
from puyango.errors import UsageRefused
from puyango.members import members
from streams import families

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from streams.contract import Contract

DATA = Path(__file__).parent / "data"
ABSENT = "absent"


@dataclass(frozen=True, slots=True)
class Reading:
    """How one field of the event is read: ``value`` is made of ``columns`` of the file, named as the source names them.

    A null value is an absent field where the first column is blank and ``blank_ok``; anywhere else the row has no
    reading, and ``remedy`` says what to do. The value of a ``personal`` column is never quoted. A list of ``words``
    may translate a word to ``ABSENT``. ``stated`` says in which rows the file states the field at all; in others it
    is absent.
    """

    field: str
    columns: tuple[str, ...]
    value: pl.Expr
    remedy: str = ""
    blank_ok: bool = False
    personal: bool = False
    words: bool = False
    stated: pl.Expr | None = None

    @property
    def made(self) -> pl.Expr:
        """The field's value in the event, null where it is absent."""
        value = pl.when(self.value != ABSENT).then(self.value) if self.words else self.value
        return (value if self.stated is None else pl.when(self.stated).then(value)).alias(self.field)

    def unread(self) -> pl.Expr:
        """Return where the file says something that this reading has no value for."""
        if not self.columns:
            return pl.lit(value=False)
        blank = pl.col(self.columns[0]).is_null() if self.blank_ok else pl.lit(value=False)
        unread = self.value.is_null() & ~blank
        return unread if self.stated is None else unread & self.stated.fill_null(value=False)


@dataclass(frozen=True, slots=True)
class Layout:
    """How a file differs from the layout that the source declares: its own column names, and what was repaired.

    ``file`` is its path, for publishers who say in its name what no column says.
    """

    names: Mapping[str, str]
    repairs: tuple[str, ...]
    coverage: str
    file: Path = Path()

    @property
    def repaired(self) -> str | None:
        """What was repaired, as events say it; None where nothing was."""
        return "+".join(sorted(self.repairs)) or None


@dataclass(frozen=True, slots=True)
class Source:
    """A publisher's files of one kind.

    ``obtained`` says from where, and in which edition, so that it can be cited and had again.
    ``family`` is the event family that a row becomes, ``columns`` the layout of reference, ``renamed`` the other
    names that a column has had. ``files`` ship with the project. ``coverage`` is what files are taken to hold
    unless a person says otherwise; blank where the family does not ask. ``readings`` is asked once a file.
    """

    name: str
    family: str
    publisher: str
    licence: str
    says: str
    obtained: str
    files: tuple[str, ...]
    rows: int
    columns: tuple[str, ...]
    readings: Callable[[Layout], tuple[Reading, ...]]
    renamed: Mapping[str, str] = field(default_factory=dict)
    coverage: str = ""

    @property
    def contract(self) -> Contract:
        """Contract of the family."""
        found: Contract = next(m.CONTRACT for m in members(families) if m.CONTRACT.name == self.family)
        return found

    @property
    def paths(self) -> tuple[Path, ...]:
        """The files that ship."""
        return tuple(DATA / file for file in self.files)


def sources() -> dict[str, Source]:
    """Return every source by its name."""
    declared = (getattr(module, "SOURCE", None) for module in members(streams.sources))
    return {found.name: found for found in declared if isinstance(found, Source)}


def source(name: str) -> Source:
    """Return the source of that name; raises ``UsageRefused`` listing those there are."""
    known = sources()
    if name not in known:
        near = difflib.get_close_matches(name, known, n=1, cutoff=0.4)
        hint = f"Did you mean {near[0]}? " if near else ""
        raise UsageRefused(f"there is no source {name}", f"{hint}The sources are: {', '.join(known)}.")
    return known[name]


def constant(name: str, value: str | None) -> Reading:
    """Return the reading of a field that is the same in every row, None where it is absent from all."""
    return Reading(name, (), pl.lit(value, pl.String))


def listed(
    name: str, column: str, codes: Mapping[str, str], remedy: str, *, blank: str = "", personal: bool = False
) -> Reading:
    """Return the reading of a field that translates a closed list, whatever the case of its letters.

    ``blank`` is the code of a blank, or ``ABSENT``; without it a blank has no reading.
    """
    folded = {value.casefold(): code for value, code in codes.items()}
    value = pl.col(column).str.to_lowercase().replace_strict(folded, default=None, return_dtype=pl.String)
    if blank not in ("", ABSENT):
        value = pl.when(pl.col(column).is_null()).then(pl.lit(blank)).otherwise(value)
    words = ABSENT in codes.values()
    return Reading(name, (column,), value, remedy, blank_ok=bool(blank), personal=personal, words=words)


def matched(name: str, column: str, pattern: str, remedy: str, *, blank_ok: bool = False) -> Reading:
    """Return the reading of a field that is carried as text of a written form."""
    value = pl.when(pl.col(column).str.contains(f"^(?:{pattern})$")).then(pl.col(column))
    return Reading(name, (column,), value, remedy, blank_ok=blank_ok)


def whole(name: str, column: str, *, blank_ok: bool = False, personal: bool = False) -> Reading:
    """Return the reading of a whole number written in plain digits."""
    plain = pl.when(pl.col(column).str.contains("^-?[0-9]{1,18}$")).then(pl.col(column))
    remedy = "Write a whole number in plain digits, without separators, decimals or blanks."
    return Reading(name, (column,), plain.cast(pl.Int64), remedy, blank_ok=blank_ok, personal=personal)
