"""What the checks said, as one page that people read: in Spanish and English, from the lake alone."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from puyango import durable

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from expectations.verdict import Verdict
    from puyango.settings import Settings


def write(settings: Settings, path: Path, verdicts: Sequence[Verdict] | None = None) -> Path:
    """Put the page in the place of ``path`` and return it; the same lake gives the same bytes.

    It tells of ``verdicts`` where they are given, of what the ledger holds where they are not.
    """
    from expectations.page import markup, report  # noqa: PLC0415 - engines load only where they work

    text = markup.page(report.gathered(settings, verdicts))
    durable.replace(path, partial(_keep, text))
    return path


def _keep(text: str, path: Path) -> None:
    path.write_text(text, encoding="utf-8")
