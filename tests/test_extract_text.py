"""The two places that write texts for others to open: any text comes back as it was, and as nothing but a text."""

from __future__ import annotations

import csv
import re
from io import StringIO
from pathlib import Path
from tempfile import TemporaryDirectory

import duckdb
import openpyxl
from hypothesis import given
from hypothesis import strategies as st

from warehouse.extract import cells, comma, wording
from warehouse.header import headers

SIGNS = "=+-@\t\r\n\uff1d\uff0b\uff0d\uff20\ufe66\ufe62\ufe63\ufe6b\u2212"
BLANKS = " \t\r\n\u00a0\u3000\u200b\ufeff'"
LIVE = re.compile(f"[{re.escape(BLANKS.removesuffix(chr(39)))}]*[{re.escape(SIGNS)}]")
PLAIN = st.characters(exclude_categories=("Cs", "Cc"), include_characters="\t\n\r", exclude_characters="\ufffe\uffff")
ANYTHING = st.builds(
    "".join, st.tuples(st.text(BLANKS, max_size=3), st.sampled_from(("", *SIGNS)), st.text(PLAIN, max_size=12))
)
ESCAPED = re.compile("_x([0-9A-F]{4})_")


@given(texts=st.lists(ANYTHING, min_size=1, max_size=20))
def test_any_text_comes_back_from_a_workbook_as_a_text(texts: list[str]) -> None:
    """H27: `write` in the place of `write_string`, or its options left at their defaults, makes a formula of `=1`."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / "book.xlsx"
        book = cells.Book(path, "=1", "&1", None)
        page = book.sheet("page")
        put, form = cells.put(page, "VARCHAR"), book.format(num_format="@")
        for row, text in enumerate(texts):
            put(row, 0, text, form)
            cells.text(page, row, 1, text, form)
        book.close()
        found = list(openpyxl.load_workbook(path)["page"].iter_rows(max_row=len(texts), max_col=2))
    for text, row in zip(texts, found, strict=True):
        for cell in row:
            assert cell.data_type == "s"
            assert ESCAPED.sub(lambda code: chr(int(code[1], 16)), str(cell.value or "")) == text


@given(texts=st.lists(ANYTHING, min_size=1, max_size=20))
def test_any_text_comes_back_from_a_csv_and_none_begins_a_formula(texts: list[str]) -> None:
    """S10: a sign, a blank or an apostrophe that is left out of the pattern makes this fail, one way or the other."""
    with TemporaryDirectory() as folder, duckdb.connect() as con:
        path = Path(folder) / "list.csv"
        comma.listing(con, ("text", "mark"), [(text, "x") for text in texts], path)
        raw = path.read_bytes().decode()
    found = [row[0] for row in list(csv.reader(StringIO(raw, newline=""), strict=True))[1:]]
    assert [text for text in found if LIVE.match(text)] == []
    assert [undone(text) for text in found] == texts


def undone(text: str) -> str:
    """Return a text without the apostrophe that was added, as the letter to the receiver says."""
    return text[1:] if text.startswith("'") and LIVE.match(text.lstrip("'")) else text


def test_every_sentence_is_in_both_languages_and_every_group_has_a_name() -> None:
    """X4: a missing translation fails the build, not the reader."""

    def check(entry: object, where: str) -> None:
        assert isinstance(entry, dict), where
        if "en" in entry or "es" in entry:
            assert entry.keys() == {"en", "es"}, where
            assert re.findall(r"{\w+}", str(entry["en"])).sort() == re.findall(r"{\w+}", str(entry["es"])).sort(), where
            return
        for key, value in entry.items():
            check(value, f"{where}.{key}")

    check(wording._texts(), "texts")  # noqa: SLF001 -- the whole table is what is judged
    for header in headers():
        for language in wording.LANGUAGES:
            assert wording.group(language, header.group) != header.group
