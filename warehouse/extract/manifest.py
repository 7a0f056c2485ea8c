"""What a release holds, file by file: the last file that is written, and the one that makes it a release."""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from warehouse.extract.wording import moment

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

    from warehouse.extract.published import Published

NAME = "manifest.json"
SUMS = "SHA256SUMS"
FORMAT = 1


@dataclass(frozen=True, slots=True)
class File:
    """What a file of the release holds, as those who made it know; its bytes are read from the file."""

    path: str
    language: str | None = None
    group: str | None = None
    indicators: tuple[str, ...] = ()
    rows: int | None = None
    licences: tuple[str, ...] = ()


def write(mart: Published, vintage: str, folder: Path, files: Iterable[File]) -> None:
    """Write the hashes of ``files`` as a program verifies them, then the manifest of all."""
    known = sorted(files, key=lambda file: file.path)
    hashes = {file.path: digest(folder / file.path) for file in known}
    listed = "".join(f"{hashes[file.path]}  {file.path}\n" for file in known)
    (folder / SUMS).write_text(listed, encoding="utf-8")
    known.append(File(SUMS))
    hashes[SUMS] = digest(folder / SUMS)
    about = {name: _plain(fact) for name, fact in mart.about.items()}
    facts = {
        "format": FORMAT,
        "vintage": vintage,
        "as_of": about["as_of"],
        "code_version": about["code_version"],
        "about": about,
        "files": [_line(folder, file, hashes[file.path]) for file in known],
    }
    (folder / NAME).write_text(json.dumps(facts, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")


def read(path: Path) -> dict[str, Any]:
    """Return the manifest in ``path``."""
    found: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return found


def digest(path: Path) -> str:
    """Return the sha256 of a file."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _line(folder: Path, file: File, sha256: str) -> Mapping[str, object]:
    return {**asdict(file), "bytes": (folder / file.path).stat().st_size, "sha256": sha256}


def _plain(fact: object) -> object:
    if isinstance(fact, datetime):
        return moment(fact)
    return fact.isoformat() if isinstance(fact, date) else fact
