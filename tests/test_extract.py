"""Extracts: what a ministry receives is what the mart says, is inert, and is the same whoever makes it and whenever."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import zipfile
from datetime import date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING

import duckdb
import openpyxl

from tests.extracted import VINTAGE, changed
from warehouse import extract
from warehouse.extract import choice, part

if TYPE_CHECKING:
    from pathlib import Path

    import pytest
    from openpyxl.cell.cell import Cell
from tests.extracted import BODY, HEAD, WRITE, books, contents, lines, listed, rows, sheet


def filled(mart: Path) -> list[tuple[str, str]]:
    """Return group and name of every indicator that has rows."""
    with duckdb.connect(str(mart), read_only=True) as con:
        return con.execute("select subject, indicator from catalogue where rows > 0").fetchall()


def test_a_csv_says_what_the_mart_says_to_the_last_digit(mart: Path, released: Path) -> None:
    """An economist who takes the CSV must get the figures of one who opens the mart."""
    assert len(filled(mart)) > 5
    for group, name in filled(mart):
        for language in ("es", "en"):
            found = listed(released, f"{language}/{group}/{name}.csv")
            expected = [{column: written(value) for column, value in row.items()} for row in rows(mart, name)]
            assert [{column: row[column] for column in expected[0]} for row in found] == expected


def written(value: object) -> str:
    """Return what a CSV says for a value of the mart."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, datetime):
        return f"{value:%Y-%m-%dT%H:%M:%S.%f}Z"
    return "" if value is None else str(value)


def test_a_sheet_says_what_the_mart_says_and_keeps_codes_as_text(mart: Path, released: Path) -> None:
    """FAO's item 0022 as the number 22 is another item; a number as text cannot be added up."""
    for group, name in filled(mart):
        page = sheet(released, group, name)
        heads = [cell.value for cell in page[HEAD]]
        assert set(heads) >= rows(mart, name)[0].keys() - {"conf_status", "as_of"}
        for row, cells in zip(rows(mart, name), page.iter_rows(min_row=BODY), strict=True):
            for head, cell in zip(heads, cells, strict=True):
                if head in row:
                    assert typed(cell) == plain(row[head]), (name, head)
    page = sheet(released, "trade", "trade_value_usd")
    column = [cell.value for cell in page[HEAD]].index("product")
    found = {(row[column].data_type, row[column].value) for row in page.iter_rows(min_row=BODY)}
    assert found == {("s", "0022"), ("s", "0257"), ("s", "0490"), ("s", "0852")}


def plain(value: object) -> object:
    """Return a value of the mart as a cell has it: a claim is a word."""
    return str(value).lower() if isinstance(value, bool) else value


def typed(cell: Cell) -> object:
    """Return the value of a cell as the mart has it, by what the cell says it is."""
    value: object = cell.value
    if cell.is_date and isinstance(value, datetime):
        return value.date()
    if cell.data_type == "n" and value is not None:
        return Decimal(str(value))
    return value


def test_the_same_mart_gives_the_same_bytes_elsewhere_and_later(mart: Path, released: Path, tmp_path: Path) -> None:
    """A file that cannot be made again cannot be defended; a date or a mode that creeps in makes this fail."""
    for zone, umask in (("Asia/Tokyo", 0o077), ("America/Guayaquil", 0o002)):
        other = {**os.environ, "TZ": zone, "LC_ALL": "C", "PYTHONHASHSEED": str(umask)}
        folder = tmp_path / str(umask)
        command = [sys.executable, "-c", WRITE, str(mart), VINTAGE, str(folder)]
        subprocess.run(command, env=other, umask=umask, check=True)
        assert contents(folder / released.name) == contents(released)
        assert {path.stat().st_mode & 0o777 for path in folder.rglob("*") if path.is_file()} == {0o440}


def test_the_only_date_in_a_workbook_is_that_of_the_vintage(released: Path) -> None:
    """A workbook that says when it was written differs each time; this one says what was known when."""
    for book in books(released):
        with zipfile.ZipFile(book) as parts:
            assert {info.date_time for info in parts.infolist()} == {(1980, 1, 1, 0, 0, 0)}
            core = parts.read("docProps/core.xml").decode()
        assert set(re.findall(r"\d{4}-\d{2}-\d{2}T[\d:]+Z", core)) == {"2026-03-01T12:00:00Z"}


def test_the_order_of_rows_in_the_file_is_not_in_the_extract(mart: Path, released: Path, tmp_path: Path) -> None:
    """Two marts with the same figures are the same publication, however their rows came to lie."""
    turned = "create table turned as from people_crossings order by all desc; delete from people_crossings; "
    turned += "insert into people_crossings from turned; drop table turned"
    made = extract.write(changed(mart, tmp_path / "turned", turned), VINTAGE, tmp_path / "out").parent
    assert contents(made) == contents(released)


def test_the_files_are_as_programs_expect_them(released: Path) -> None:
    """RFC 4180, UTF-8 without a mark of byte order, CRLF: no dialect to be guessed."""
    for path in released.glob("*/*/*.csv"):
        raw = path.read_bytes()
        assert not raw.startswith(b"\xef\xbb\xbf")
        assert raw.count(b"\n") == raw.count(b"\r\n") > 0
        assert "\r\n" in raw.decode()


def test_codes_have_their_names_in_the_language_of_the_reader(released: Path) -> None:
    """PE says little to whoever did not make the file; _Z says nothing at all."""
    spanish, english = (listed(released, f"{lang}/people/people_crossings.csv") for lang in ("es", "en"))
    names = {(row["reporter"], row["reporter_name"]) for row in spanish}
    assert names >= {("EC", "Ecuador"), ("US", "Estados Unidos de América")}
    assert {row["post_name"] for row in english if row["post"] == "_Z"} == {"all, or not applicable"}
    assert [{**row, "reporter_name": "", "post_name": ""} for row in spanish] == [
        {**row, "reporter_name": "", "post_name": ""} for row in english
    ]


def test_a_printed_page_says_what_it_is_of(released: Path) -> None:
    """A sheet on a desk must lead back to the file: title, vintage, sheet and page stand below each."""
    for book in books(released, "es"):
        for page in openpyxl.load_workbook(book):
            assert page.oddFooter.center.text == VINTAGE
            assert page.oddFooter.right.text == "&A, &P/&N"
            assert str(page.oddFooter.left.text).startswith("Puyango")


def test_the_notes_say_where_each_source_was_obtained(released: Path) -> None:
    """A figure that cannot be had again cannot be defended."""
    page = sheet(released, "mirror", "Notas")
    said = {row[1]: row[2] for row in page.iter_rows(values_only=True)}
    assert "commit 0a8295a02596" in str(
        next(text for subject, text in said.items() if "Edición obtenida" in str(subject))
    )


def test_a_product_has_its_name_whatever_list_it_is_of(mart: Path, tmp_path: Path) -> None:
    """0257 is palm oil to FAO, and no chapter of the Harmonized System: a name of another list would be a lie."""
    also = "update mirror_gap_fob_usd set product_classification = 'HS2012', product = '22' where product = '0022'"
    made = extract.write(changed(mart, tmp_path / "also.duckdb", also), VINTAGE, tmp_path / "out").parent
    for language in ("es", "en"):
        rows = listed(made, f"{language}/mirror/mirror_gap_fob_usd.csv")
        names = {(row["product_classification"], row["product"], row["product_name"]) for row in rows}
        assert ("FCL", "0257", "Oil of Palm") in names
        assert ("HS2012", "22", "Beverages, spirits and vinegar") in names


def test_a_sheet_has_a_head_that_stays_and_filters(released: Path) -> None:
    """The official scrolls; what a column is must stay in sight."""
    page = sheet(released, "people", "people_crossings")
    assert page.freeze_panes == "B7"
    assert page.auto_filter.ref == f"A6:L{page.max_row}"
    assert page["A1"].value == "Cruces de personas registrados"
    assert page["A5"].value == "Primer día del periodo"
    assert page["A6"].value == "period_first_day"
    assert not page.merged_cells.ranges


def test_samples_say_that_they_are_samples(released: Path) -> None:
    """A count of a sample that is read as a total is the worst thing that can happen to it."""
    page = sheet(released, "people", "people_crossings")
    assert str(page["A4"].value).startswith("MUESTRA")
    coverage = [cell.value for cell in page[HEAD]].index("coverage")
    for row in page.iter_rows(min_row=BODY):
        assert all(cell.font.italic for cell in row if cell.value) == (row[coverage].value == "sample")


def test_notes_say_what_would_mislead_under_which_terms_and_of_when(mart: Path, released: Path) -> None:
    """A workbook goes from hand to hand without the folder it came from."""
    for language, notes in (("es", "Notas"), ("en", "Notes")):
        said = [str(row[2]) for row in sheet(released, "mirror", notes, language).values]
        with duckdb.connect(str(mart), read_only=True) as con:
            asked = f"select unnest([caveat_{language}, says_{language}]) from catalogue where subject = 'mirror'"
            assert {text for (text,) in con.execute(asked).fetchall()} <= set(said)
        assert any("CC BY-NC-SA 3.0 IGO" in text and "does not do so for commercial purposes" in text for text in said)
        assert "2026-03-01T12:00:00.035000Z" in said
        cover = [cell.value for cell in openpyxl.load_workbook(books(released, language)[0]).worksheets[0]["B"]]
        assert VINTAGE in cover


def test_what_a_sheet_leaves_out_is_said_in_it(mart: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The countries of the corridor come first, whole periods only, and never in silence."""
    monkeypatch.setattr(choice, "SHEET_ROWS", 5)
    monkeypatch.setattr(part, "LARGE_ROWS", 6)
    folder = extract.write(mart, VINTAGE, tmp_path).parent
    page = sheet(folder, "people", "people_crossings", "en")
    heads = [cell.value for cell in page[HEAD]]
    shown = [dict(zip(heads, row, strict=True)) for row in page.iter_rows(min_row=BODY, values_only=True)]
    everything = rows(mart, "people_crossings")
    own = [row for row in everything if row["reporter"] == "EC"]
    assert [row["reporter"] for row in shown] == ["EC"] * len(own)
    said = str(page["A3"].value)
    assert said.startswith(f"This sheet holds {len(own)} of {len(everything)} rows: all that Ecuador and Peru recorded")
    assert said.endswith("All rows are in en/people/people_crossings.csv.gz")
    assert len(listed(folder, "en/people/people_crossings.csv.gz")) == len(everything)


def test_every_label_is_the_beginning_of_its_description(mart: Path) -> None:
    """Labels are not written twice; one that is cut in a bracket or in a number would read as nonsense."""
    for label, says in lines(mart):
        assert says.startswith(label)
        assert 0 < len(label) < 120
        assert label.count("(") == label.count(")")
        assert " — " not in says


def test_dates_of_sheets_are_days(released: Path) -> None:
    """A day that is a text cannot be filtered by year."""
    page = sheet(released, "trade", "trade_value_usd")
    assert {typed(cell) for cell in page["A"][HEAD:]} == {date(2011, 1, 1)}
