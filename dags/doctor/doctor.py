"""Every examination of an installation, found by the folder in which it is declared."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol, cast

from dags.doctor import examinations
from dags.doctor.finding import Finding
from puyango.errors import PuyangoError
from puyango.members import members

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from puyango.settings import Settings


class Examination(Protocol):
    """A module of ``examinations``: what it asks, in a sentence, and the answer for an installation.

    It changes nothing. An error of the platform that it raises is a finding too.
    """

    __name__: str
    SAYS: str

    def examine(self, settings: Settings) -> Iterable[Finding]:
        """Return what is not as it should be."""


def declared() -> dict[str, Examination]:
    """Return the examinations by name, in order of name."""
    return {module.__name__.rpartition(".")[2]: cast("Examination", module) for module in members(examinations)}


def examined(settings: Settings, examination: Examination) -> list[Finding]:
    """Return what ``examination`` finds, up to the error that ended it, if one did."""
    return list(_found(settings, examination))


def _found(settings: Settings, examination: Examination) -> Iterator[Finding]:
    try:
        yield from examination.examine(settings)
    except PuyangoError as error:
        yield Finding.of(error)
