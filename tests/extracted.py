"""A small vintage for extracts, and marts that differ from it in one thing."""

from __future__ import annotations

import csv
import gzip
import shutil
from datetime import UTC, date, datetime
from io import StringIO
from typing import TYPE_CHECKING, Any

import duckdb
import openpyxl
import pytest

from puyango.settings import Settings
from tests.settled import put
from tests.worked import cases
from transforms import lake
from warehouse import build, extract, publish
from warehouse.extract import published
from warehouse.indicator import indicators

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from openpyxl.worksheet.worksheet import Worksheet

KNOWN = datetime(2026, 3, 1, 12, 0, 0, 35_000, tzinfo=UTC)
VINTAGE = "2026-03-01T12:00:00Z-01"
COUNTS, CROSSINGS, TRADE = "silver.reported_count", "silver.crossing", "silver.reported_trade"
HEAD, BODY = 6, 7
WRITE = "import sys; from pathlib import Path; from warehouse import extract; "
WRITE += "extract.write(Path(sys.argv[1]), sys.argv[2], Path(sys.argv[3]))"


def publish_small(settings: Settings) -> str:
    """Publish mirror trade of Peru and Ecuador, counts and a sample of crossings; return the vintage's name."""
    lake.create(settings)
    people, mirror = cases("people_crossings")[0].given, cases("mirror_gap_fob_usd")[0].given
    vehicles = cases("vehicle_reported_count")[0].given
    counts = [*people[COUNTS], *vehicles[COUNTS]]
    put(settings, "reported_trade", mirror[TRADE], [date(2011, 1, 1)], KNOWN)
    put(settings, "reported_count", counts, sorted({row["period_first_day"] for row in counts}), KNOWN)
    put(settings, "crossing", people[CROSSINGS], sorted({row["crossing_day"] for row in people[CROSSINGS]}), KNOWN)
    for each in indicators():
        if draft := build.draft(settings, each):
            build.replace(settings, draft)
    return publish.publish(settings).name


def changed(mart: Path, path: Path, *statements: str | tuple[str, Sequence[object]]) -> Path:
    """Return a copy of ``mart`` in ``path`` on which ``statements`` were run."""
    shutil.copyfile(mart, path)
    with duckdb.connect(str(path)) as con:
        for statement in statements:
            query, parameters = (statement, ()) if isinstance(statement, str) else statement
            con.execute(query, list(parameters))
    return path


@pytest.fixture(scope="session")
def mart(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the mart of a small vintage."""
    settings = Settings(home=tmp_path_factory.mktemp("home"))
    assert publish_small(settings) == VINTAGE
    return settings.mart


@pytest.fixture(scope="session")
def released(mart: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the folder of its extract."""
    return extract.write(mart, VINTAGE, tmp_path_factory.mktemp("extracts")).parent


def contents(folder: Path) -> dict[str, bytes]:
    """Return every file under ``folder`` by its path."""
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def books(folder: Path, language: str = "*") -> list[Path]:
    """Return the workbooks of an extract."""
    return sorted(folder.glob(f"{language}/*/*.xlsx"))


def sheet(folder: Path, group: str, name: str, language: str = "es") -> Worksheet:
    """Return one sheet of the workbook of a group."""
    (book,) = folder.glob(f"{language}/{group}/*.xlsx")
    found: Worksheet = openpyxl.load_workbook(book)[name]
    return found


def listed(folder: Path, file: str) -> list[dict[str, str]]:
    """Return the rows of a CSV file as a program reads them."""
    raw = (folder / file).read_bytes()
    text = (gzip.decompress(raw) if file.endswith(".gz") else raw).decode()
    return list(csv.DictReader(StringIO(text, newline=""), strict=True))


def rows(mart: Path, table: str) -> list[dict[str, Any]]:
    """Return the rows of the mart in the order of their grain."""
    with duckdb.connect(str(mart), read_only=True) as con:
        (grain,) = con.execute("select grain from catalogue where indicator = ?", [table]).fetchall()[0]
        found = con.execute(f'from "{table}" order by {", ".join(grain)}')
        names = [column[0] for column in found.description]
        return [dict(zip(names, row, strict=True)) for row in found.fetchall()]


def lines(mart: Path) -> Iterator[tuple[str, str]]:
    """Yield label and description of every column in both languages."""
    with published.reading(mart) as opened:
        for series in opened.series:
            for column in series.columns:
                for language in ("es", "en"):
                    yield column.label(language), column.says[language]
