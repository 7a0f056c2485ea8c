"""Terms that a source asks to be passed on with its figures, as they ship with its data."""

from __future__ import annotations

from streams.sources.source import sources

NAMES = ("NOTICE", "LICENCE")


def notice(source: str) -> str | None:
    """Return the notice of ``source``; None where it asks for none, or does not ship with the program."""
    known = sources().get(source)
    for folder in dict.fromkeys(path.parent for path in known.paths) if known else ():
        for name in NAMES:
            if (folder / name).is_file():
                return (folder / name).read_text(encoding="utf-8")
    return None
