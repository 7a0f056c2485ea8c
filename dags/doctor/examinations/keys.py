"""Whether the keys are there, readable by their owner alone, and those that sealed what was refused."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from dags.doctor.finding import fault
from streams.privacy.keys import OTHERS, Keyring

if TYPE_CHECKING:
    from collections.abc import Iterator

    from dags.doctor.finding import Finding
    from puyango.settings import Settings

SAYS = "The keys are there, nobody else can read them, and every day's key opens."


def examine(settings: Settings) -> Iterator[Finding]:
    """Open the keyring and unwrap every day's key; raises ``ConfigRefused`` or ``NotPermitted`` for what it lacks."""
    if not settings.keys.exists():
        return
    for path in (settings.keys, *sorted(settings.keys.rglob("*.key"))):
        if path.stat().st_mode & OTHERS:
            mode = "0700" if path.is_dir() else "0400"
            yield fault(f"{path} can be read by others than its owner", f"chmod {mode} {path}")
    keyring = Keyring.open(settings)
    for path in sorted(settings.keys.glob("refused/*/*.key")):
        keyring.data_key(path.parent.name, date.fromisoformat(path.stem))
