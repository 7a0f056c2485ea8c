"""What an event family promises: plain data from which everything else about the family is derived.

Standard library only, so that a scheduler can read contracts without loading an engine.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from puyango.errors import ConfigRefused

Kind = Literal["code", "text", "unit", "whole", "decimal", "day", "instant", "document"]
Treatment = Literal["", "pseudonym", "year"]

MEASURES = ("whole", "decimal")
TEXTS = ("code", "text", "unit", "document")


@dataclass(frozen=True, slots=True)
class Field:
    """One field of an event.

    ``kind`` decides type and grammar: ``code`` is text of a written form, ``text`` is public free text,
    ``unit`` a unit of measure, ``whole`` a 64-bit count, ``decimal`` an exact number of ``precision``
    digits and ``scale`` decimals, ``day`` a calendar day, ``instant`` a moment with its offset,
    ``document`` a personal identifier that never lands. ``says`` is its meaning as a sentence.
    ``codes`` closes the list; ``pattern`` is the form of a code; ``reference`` names the reference table
    in which membership is judged later. ``fillers`` are values by which the publisher says "not known".
    ``personal`` is what is done before landing, under the name ``lands_as``. ``beyond`` is the reason that a
    value outside ``least`` and ``most`` gives.
    """

    name: str
    kind: Kind
    says: str
    unit: str = ""
    required: bool = True
    least: int | None = None
    most: int | None = None
    codes: tuple[str, ...] = ()
    pattern: str = ""
    precision: int = 18
    scale: int = 0
    reference: str = ""
    fillers: tuple[str, ...] = ()
    fold_case: Literal["", "upper", "lower"] = ""
    personal: Treatment = ""
    lands_as: str = ""
    sensitive: bool = False
    beyond: Literal["out_of_range", "bad_coordinates"] = "out_of_range"

    @property
    def column(self) -> str:
        """Name under which the field lands."""
        return self.lands_as or self.name


@dataclass(frozen=True, slots=True)
class Case:
    """What ``then`` may hold where ``field`` holds one of ``among``: codes of a shorter list, narrower bounds.

    A case that states neither says that ``then`` must be there.
    """

    field: str
    among: tuple[str, ...]
    then: str
    codes: tuple[str, ...] = ()
    least: int | None = None
    most: int | None = None

    @property
    def asks(self) -> bool:
        """Whether ``then`` must be there."""
        return not self.codes and self.least is None and self.most is None


@dataclass(frozen=True, slots=True)
class Contract:
    """One event family.

    ``event`` is the identity of the message (empty: the whole body), ``thing`` what it is about,
    ``edition`` the field that orders versions of one thing (empty: there is one). ``anchor`` is the day
    to which all events of a thing belong; ``instant`` the moment whose local day it is, ``post`` the
    field that says in which zone. ``first_day`` is the earliest day accepted. An event that lands more
    than ``due_days`` after its anchor is late, more than ``lateness_days`` late beyond policy
    (None: publishers revise these for ever, so nothing is late). ``cases`` are what fields say of one
    another, ``order`` pairs of instants of which the first may not be later, ``route`` the field that says
    from which of the two countries of the post to which.
    """

    name: str
    version: int
    says: str
    source: str
    licence: str
    owner: str
    purpose: str
    thing: tuple[str, ...]
    anchor: str
    first_day: str
    retention_days: int
    fields: tuple[Field, ...]
    event: tuple[str, ...] = ()
    edition: str = ""
    instant: str = ""
    period: str = ""
    due_days: int | None = None
    lateness_days: int | None = None
    partitions: int = 4
    cases: tuple[Case, ...] = ()
    order: tuple[tuple[str, str], ...] = ()
    route: str = ""

    def __post_init__(self) -> None:
        """Refuse a contract that contradicts itself; raises ``ConfigRefused`` naming family and field."""
        names = [field.name for field in self.fields]
        for name in names:
            if names.count(name) > 1:
                raise self._refused(name, "is declared twice", "Remove one of the two.")
        for name in self._named():
            if name not in names:
                raise self._refused(name, "is named by the contract but not declared", "Declare it in fields.")
        for field in self.fields:
            if field.kind in MEASURES and not field.unit:
                raise self._refused(field.name, "is a measure without a unit", "State its unit.")
            if field.kind == "document" and field.personal != "pseudonym":
                raise self._refused(field.name, "is personal and has no treatment", 'State personal="pseudonym".')
            if field.personal and not field.lands_as:
                raise self._refused(field.name, "is treated but lands under its own name", "State lands_as.")
        if self[self.anchor].kind != "day":
            raise self._refused(self.anchor, "is the anchor but not a day", "Anchor on a field of kind day.")

    def _named(self) -> tuple[str, ...]:
        """Return the fields that the contract names outside ``fields``."""
        single = filter(None, (self.edition, self.instant, self.period, self.route))
        paired = (name for pair in (*self.order, *((case.field, case.then) for case in self.cases)) for name in pair)
        return (*self.thing, *self.event, self.anchor, *single, *paired)

    def _refused(self, name: str, fact: str, remedy: str) -> ConfigRefused:
        return ConfigRefused(f"streams/families/{self.name}.py: field {name} {fact}", remedy)

    def __getitem__(self, name: str) -> Field:
        """Return the field of that name."""
        return next(field for field in self.fields if field.name == name)

    @property
    def topic(self) -> str:
        """Name of the family's topic; a breaking change is another topic."""
        return f"puyango.{self.name}.v{self.version}"

    @property
    def schema_header(self) -> bytes:
        """Value of the header ``schema`` of every record of the family."""
        return f"{self.name}/{self.version}".encode()

    def take(self, *names: str) -> tuple[Field, ...]:
        """Return fields to carry over into a table, in the order asked for."""
        return tuple(self[name] for name in names)
