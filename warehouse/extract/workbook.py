"""The workbook of one group of indicators in one language, for people."""

from __future__ import annotations

import gc
import math
from contextlib import contextmanager
from datetime import date
from typing import TYPE_CHECKING

from warehouse.extract import cells, notes, sheet
from warehouse.extract.cells import Book
from warehouse.extract.wording import group, head, moment, text

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from pathlib import Path

    from xlsxwriter.worksheet import Worksheet

    from warehouse.extract.part import Part

SHADE = {"bold": True, "bg_color": "#DDE6EE", "bottom": 1, "valign": "top", "quote_prefix": True}
LINE_PT = 15
TABLE = 9
WIDTHS = (32, 52, 36, 12, 12, 12, 12, 52)


def write(path: Path, parts: Sequence[Part], vintage: str) -> None:
    """Write contents, notes, meaning of the columns, and a sheet for each indicator of ``parts``."""
    mart, language = parts[0].mart, parts[0].language
    title = text(language, "contents.title", group=group(language, parts[0].series.group))
    book = Book(path, title, vintage, mart.about["as_of"])
    _contents(book, title, parts, vintage)
    said = [*notes.general(mart, language, parts)]
    for part in parts:
        said += [] if part.changes else notes.of(part)
    _table(book, language, "notes", said, (28, 30, 110))
    described = [row for part in parts for row in notes.columns(part)]
    _table(book, language, "columns", described, (28, 26, 34, 80, 12, 16))
    with _uncollected():
        for part in parts:
            sheet.write(book, part)
        book.close()


@contextmanager
def _uncollected() -> Iterator[None]:
    """Keep the collector from looking through a million cells, over and over, none of which is garbage yet."""
    gc.disable()
    try:
        yield
    finally:
        gc.enable()
        gc.collect()


def _contents(book: Book, title: str, parts: Sequence[Part], vintage: str) -> None:
    """Say on the first sheet what the file is, of when, and what each sheet holds."""
    about, language = parts[0].mart.about, parts[0].language
    page = book.sheet(text(language, "sheet.contents"))
    licences = "; ".join(dict.fromkeys(licence for part in parts for licence in part.licences))
    facts = (vintage, moment(about["as_of"]), str(about["code_version"]), licences)
    cells.text(page, 0, 0, title, book.format(quote_prefix=True, bold=True, font_size=16))
    cells.text(page, 1, 0, text(language, "contents.about"), book.format(quote_prefix=True))
    for row, (key, fact) in enumerate(zip(("vintage", "as_of", "code_version", "licence"), facts, strict=True), 2):
        cells.text(page, row, 0, text(language, f"contents.{key}"), book.format(quote_prefix=True, bold=True))
        cells.text(page, row, 1, fact, book.format(quote_prefix=True))
    warned = text(language, "contents.read_first", notes=text(language, "sheet.notes"))
    cells.text(page, 7, 0, warned, book.format(quote_prefix=True, bold=True))
    _heads(book, page, TABLE, head(language, "contents.head"), WIDTHS)
    page.set_row(TABLE, 2 * LINE_PT)
    for row, part in enumerate(parts, TABLE + 1):
        for column, said in enumerate(_line(part)):
            _cell(book, page, row, column, said)
        page.set_row(row, LINE_PT * max(map(_lines, map(str, _line(part)), WIDTHS)))
    page.freeze_panes(TABLE + 1, 1)


def _line(part: Part) -> tuple[object, ...]:
    facts = part.series.facts
    held = f"{text(part.language, 'note.held')}: " if facts["held"] else ""
    title, unit, rows = f"{held}{part.text('title')}", part.text("unit"), part.choice
    periods = facts.get("first_period"), facts.get("last_period")
    return part.sheet, title, unit, rows.rows, rows.total, *periods, part.file


def _cell(book: Book, page: Worksheet, row: int, column: int, said: object) -> None:
    if isinstance(said, int):
        page.write_number(row, column, said, book.format(valign="top", num_format="#,##0"))
    elif isinstance(said, date):
        page.write_datetime(row, column, said, book.format(valign="top", num_format="yyyy-mm-dd", align="left"))
    elif said is not None:
        cells.text(page, row, column, str(said), book.format(valign="top", num_format="@", text_wrap=True))


def _table(book: Book, language: str, key: str, rows: Iterable[Sequence[str]], widths: Sequence[int]) -> None:
    """Add a sheet of texts under a head, each row as high as its longest text needs."""
    page = book.sheet(text(language, f"sheet.{key}"))
    _heads(book, page, 0, head(language, f"{key}.head"), widths)
    prose = book.format(quote_prefix=True, text_wrap=True, valign="top")
    last = 0
    for last, row in enumerate(rows, 1):
        for column, value in enumerate(row):
            cells.text(page, last, column, value, prose)
        page.set_row(last, LINE_PT * max(map(_lines, row, widths)))
    page.freeze_panes(1, 1)
    page.autofilter(0, 0, last, len(widths) - 1)


def _heads(book: Book, page: Worksheet, row: int, heads: Sequence[str], widths: Sequence[int]) -> None:
    for column, (said, width) in enumerate(zip(heads, widths, strict=True)):
        page.set_column(column, column, width)
        cells.text(page, row, column, said, book.format(text_wrap=True, **SHADE))


def _lines(value: str, width: int) -> int:
    return sum(max(1, math.ceil(len(line) * 1.1 / width)) for line in value.split("\n"))
