"""Texts of an extract that look like formulas: none is one, in any program."""

from __future__ import annotations

import re
import zipfile
from typing import TYPE_CHECKING

import openpyxl
import pytest

from tests.extracted import VINTAGE, changed
from warehouse import extract

if TYPE_CHECKING:
    from pathlib import Path

from tests.extracted import books, listed, rows

HOSTILE = ("=cmd|'/c calc'!A0", "@SUM(A1)", "\uff1d1+1", "\t=1", "+1", "-1", " =1", "'=1", "\r=1", "http://x.example")


@pytest.fixture(scope="module")
def hostile(mart: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """Return a mart whose texts are hostile wherever a publisher could have put them, and its extract."""
    folder = tmp_path_factory.mktemp("hostile")
    line = "insert into people_crossings by name select * replace (? as post, ? as measure, ? as source) "
    line += "from people_crossings limit 1"
    name = "update country set name_es = '=1+1', name_en = '=1+1' where country = 'EC'"
    titles = "update catalogue set title_es = '=2+2', title_en = '@x', caveat_es = '+1', says_en = '-1'"
    lines = [(line, (text, text, text)) for text in HOSTILE]
    made = changed(mart, folder / "mart", name, titles, *lines)
    return made, extract.write(made, VINTAGE, folder / "out").parent


def test_no_cell_is_live_whatever_its_text(hostile: tuple[Path, Path]) -> None:
    """HT1: an official opens the file, and nothing runs. `write` instead of `write_string` makes this fail."""
    _, folder = hostile
    found = set()
    for book in books(folder):
        with zipfile.ZipFile(book) as parts:
            for name in parts.namelist():
                assert b"<f>" not in parts.read(name), name
                assert b"<hyperlink" not in parts.read(name), name
                assert "externalLink" not in name
        for page in openpyxl.load_workbook(book):
            cells = [cell for row in page.iter_rows() for cell in row if isinstance(cell.value, str)]
            assert {cell.data_type for cell in cells} <= {"s"}
            found |= {cell.value for cell in cells}
    assert found >= {text.replace("\r", "_x000D_") for text in HOSTILE}
    assert found >= {"=1+1", "=2+2"}


def test_a_text_cell_stays_a_text_when_somebody_edits_it(hostile: tuple[Path, Path]) -> None:
    """Enter in a cell of the general format makes a formula of a text that looks like one."""
    _, folder = hostile
    for book in books(folder):
        for page in openpyxl.load_workbook(book):
            cells = [cell for row in page.iter_rows() for cell in row if isinstance(cell.value, str)]
            assert all(cell.number_format == "@" or cell.quotePrefix for cell in cells)


def test_a_csv_neutralises_texts_alone_and_loses_none(hostile: tuple[Path, Path]) -> None:
    """S10: an apostrophe before what could be a formula, never before a number, and it can be taken off again."""
    made, folder = hostile
    found = listed(folder, "es/people/people_crossings.csv")
    live = re.compile(r"\s*[=+\-@\t\r\n\uff1d]")
    assert [row for row in found for text in row.values() if live.match(text)] == []
    undone = {re.sub(r"^'(?='*\s*[=+\-@\t\r\n\uff1d])", "", row["post"]) for row in found}
    assert undone == {row["post"] for row in rows(made, "people_crossings")}
    assert undone >= set(HOSTILE)


def test_numbers_below_zero_are_not_taken_for_formulas(mart: Path, released: Path) -> None:
    """A minus makes a number negative; an apostrophe before it would make it a text."""
    gaps = {row["mirror_gap_fob_usd"] for row in listed(released, "en/mirror/mirror_gap_fob_usd.csv")}
    assert gaps == {str(row["mirror_gap_fob_usd"]) for row in rows(mart, "mirror_gap_fob_usd")}
