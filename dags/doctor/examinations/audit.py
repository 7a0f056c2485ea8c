"""Whether the record of who opened what is whole."""

from __future__ import annotations

from typing import TYPE_CHECKING

from streams.privacy import audit

if TYPE_CHECKING:
    from collections.abc import Iterator

    from dags.doctor.finding import Finding
    from puyango.settings import Settings

SAYS = "Every line of audit.jsonl follows the line before."


def examine(settings: Settings) -> Iterator[Finding]:
    """Raise ``ChainBroken`` where a line was changed, taken out or put in."""
    audit.verify(settings.home)
    yield from ()
