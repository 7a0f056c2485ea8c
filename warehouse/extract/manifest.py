"""What a release holds, file by file: the last file that is written, and the one that makes it a release."""

from __future__ import annotations

import hashlib
import json
import zlib
from dataclasses import asdict, dataclass
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import duckdb
import xlsxwriter

import puyango
from transforms import files
from warehouse.extract.wording import moment

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from warehouse.extract.published import Published

NAME = "manifest.json"
SUMS = "SHA256SUMS"
FORMAT = 1
HEX = 12


@dataclass(frozen=True, slots=True)
class File:
    """What a file of the release holds, as those who made it know; its bytes are read from the file."""

    path: str
    language: str | None = None
    group: str | None = None
    indicators: tuple[str, ...] = ()
    rows: int | None = None
    licences: tuple[str, ...] = ()


def write(mart: Published, vintage: str, folder: Path, written: Iterable[File]) -> None:
    """Write the hashes of what was ``written`` as a program verifies them, then the manifest of all."""
    known = sorted(written, key=lambda file: file.path)
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
        "made_by": made_by(),
        "about": about,
        "files": [_line(folder, file, hashes[file.path]) for file in known],
    }
    (folder / NAME).write_text(json.dumps(facts, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")


def made_by() -> dict[str, str]:
    """Return what decides the bytes of an extract besides its mart: this package and the libraries that write files."""
    parts = sorted(path for path in Path(__file__).parent.iterdir() if path.suffix in (".py", ".toml"))
    own = hashlib.sha256(b"".join(path.read_bytes() for path in parts)).hexdigest()[:HEX]
    libraries = {"duckdb": duckdb.__version__, "xlsxwriter": xlsxwriter.__version__, "zlib": zlib.ZLIB_RUNTIME_VERSION}
    return {"puyango": f"{puyango.__version__}+{own}", **libraries}


def faults(folder: Path) -> list[str]:
    """Return the files of the release in ``folder`` that are not as its manifest says, or are not in it."""
    known = {file["path"]: file["sha256"] for file in read(folder / NAME)["files"]}
    found = {path.relative_to(folder).as_posix(): path for path in files.found(folder)}
    found.pop(NAME)
    named = known.keys() | found.keys()
    return sorted(path for path in named if path not in found or digest(found[path]) != known.get(path))


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
