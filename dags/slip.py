"""A draft between two tasks: what it is lies beside its files, and only its name passes through Airflow."""

from __future__ import annotations

import json
import re
from dataclasses import fields
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from puyango import durable
from puyango.errors import InputUnfit

if TYPE_CHECKING:
    from puyango.settings import Settings
    from transforms.draft import Draft

FILE = "draft.json"
NAME = re.compile(r"[0-9]+-[0-9a-f]+")


def keep(settings: Settings, draft: Draft) -> str:
    """Write down ``draft`` and return the name under which it is found again."""
    from transforms import draft as drafts  # noqa: PLC0415 - engines load only where they work

    folder = drafts.folder(settings, draft.layer, draft.table)
    said = {field.name: getattr(draft, field.name) for field in fields(draft)}
    text = json.dumps(said, default=str)
    durable.replace(folder / FILE, lambda path: _write(path, text))
    return folder.name


def kept(settings: Settings, layer: str, table: str, name: str) -> Draft | None:
    """Return the draft of that name, None where it or one of its files is gone: somebody has put it in place since."""
    from transforms.draft import Draft  # noqa: PLC0415 - as above

    if not NAME.fullmatch(name):
        raise InputUnfit(f"{name!a} is not the name of a draft", "Run the whole DAG again.")
    try:
        said = json.loads((settings.drafts / layer / table / name / FILE).read_text(encoding="utf-8"))
    except FileNotFoundError:
        return None
    files = tuple(map(Path, said.pop("files")))
    days = tuple(map(date.fromisoformat, said.pop("days")))
    found = Draft(files=files, days=days, readers=tuple(said.pop("readers")), **said)
    return found if all(file.exists() for file in files) else None


def forget(settings: Settings, layer: str, table: str, name: str) -> None:
    """Leave nothing of what was written down under ``name``."""
    from transforms import draft as drafts  # noqa: PLC0415 - as above

    drafts.forget([settings.drafts / layer / table / name / FILE])


def _write(path: Path, text: str) -> None:
    path.write_text(text, encoding="utf-8")
