"""Whether what was published is still what was published."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dags.doctor.finding import fault
from transforms import catalogue
from warehouse import proof, register

if TYPE_CHECKING:
    from collections.abc import Iterator

    from dags.doctor.finding import Finding
    from puyango.settings import Settings

SAYS = "The register of vintages is whole, and every mart says what was published."


def examine(settings: Settings) -> Iterator[Finding]:
    """Compare register, ledger and marts, as ``puyango vintages --verify`` does."""
    if not register.path(settings).exists() and not catalogue.path(settings).exists():
        return
    for what in proof.faults(settings):
        yield fault(what, "Restore what is named from its backup.")
