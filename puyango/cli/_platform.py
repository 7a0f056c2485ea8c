"""Whether the home holds a platform at all."""

from __future__ import annotations

from typing import TYPE_CHECKING

from puyango.errors import InputUnfit

if TYPE_CHECKING:
    from puyango.settings import Settings


def require(settings: Settings) -> None:
    """Raise ``InputUnfit`` unless something was ever landed there: a mistyped home makes no empty platform."""
    if not settings.landing.is_dir():
        raise InputUnfit(
            f"nothing has landed in {settings.landing}", "Run puyango ingest first, or set PUYANGO_HOME to where it is."
        )
