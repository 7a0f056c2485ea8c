"""Whether the settings could lose or show data."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dags.doctor.finding import note
from streams.broker import safety

if TYPE_CHECKING:
    from collections.abc import Iterator

    from dags.doctor.finding import Finding
    from puyango.settings import Settings

SAYS = "No setting loses data or shows it to others."


def examine(settings: Settings) -> Iterator[Finding]:
    """Raise ``ConfigRefused`` for the first unsafe setting; the demo profile is a note."""
    if settings.profile == "demo":
        remedy = "For data of real people set PUYANGO_PROFILE=production and give it keys (docs/operations.md)."
        yield note("the profile is demo: its keys are no secret", remedy)
    safety.validate(settings)
