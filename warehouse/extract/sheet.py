# ruff: noqa: S608 -- names of tables and columns are those that the mart declares, quoted
"""The sheet of one indicator: what it is, what is in it, and its rows under a head that stays in sight."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from warehouse.extract import cells
from warehouse.extract.fields import source
from warehouse.extract.wording import text

if TYPE_CHECKING:
    from collections.abc import Sequence

    from xlsxwriter.format import Format
    from xlsxwriter.worksheet import Worksheet

    from warehouse.extract.cells import Book
    from warehouse.extract.fields import Field
    from warehouse.extract.part import Part

LEFT_OUT = ("conf_status", "as_of")
LABELS, HEAD, BODY = 4, 5, 6
LEAST, MOST, ARROW = 9, 40, 4
LINE_PT = 15
CHUNK = 5_000
SAMPLE = "sample"
SHADE = {"bold": True, "bg_color": "#DDE6EE", "valign": "top"}


def write(book: Book, part: Part) -> None:
    """Add the sheet of ``part`` with the rows that were chosen for it."""
    sheet = book.sheet(part.sheet)
    shown = [field for field in part.fields if field.column.name not in LEFT_OUT]
    _preamble(book, sheet, part)
    _head(book, sheet, part, shown)
    values = ", ".join(cells.value(field.column.kind, field.value) for field in shown)
    rows = f"select {values} from {source(part.series, part.fields)} where {part.choice.where}"
    _rows(book, sheet, part, shown, f"{rows} order by {part.series.order}")
    sheet.freeze_panes(BODY, 1)
    sheet.repeat_rows(LABELS, HEAD)
    last = HEAD + part.choice.rows, len(shown) - 1
    sheet.autofilter(HEAD, 0, *last)
    sheet.print_area(0, 0, *last)


def _preamble(book: Book, sheet: Worksheet, part: Part) -> None:
    """Say above the head what the figures are, in what unit, which rows are here, and what would mislead."""
    sampled = part.series.facts["coverage"] != "full"
    brackets = f" [{part.series.facts['unit']}]" if part.series.facts["unit"] else ""
    unit = f"{text(part.language, 'note.unit')}: {part.text('unit')}{brackets}"
    if denominator := part.text("denominator"):
        unit += f" {text(part.language, 'note.denominator')}: {denominator}"
    caveat = f"{text(part.language, 'note.caveat')}: {part.text('caveat')}"
    lines: tuple[tuple[str, dict[str, object]], ...] = (
        (part.text("title"), {"bold": True, "font_size": 14}),
        (f"{part.text('says')} {unit}", {}),
        (part.rows_said, {}),
        (f"{text(part.language, 'coverage.marked') if sampled else ''}{caveat}", {"italic": True}),
    )
    for row, (line, look) in enumerate(lines):
        cells.text(sheet, row, 0, line, book.format(quote_prefix=True, **look))


def _head(book: Book, sheet: Worksheet, part: Part, shown: Sequence[Field]) -> None:
    """Write what each column is, under it its name, and give it a width that shows its values."""
    longest = ", ".join(f"max(length(({field.value})::varchar))" for field in shown)
    query = f"select {longest} from {source(part.series, part.fields)} where {part.choice.where}"
    needed = part.mart.con.execute(query).fetchall()[0]
    lines = 1
    for column, (field, length) in enumerate(zip(shown, needed, strict=True)):
        width = min(max(LEAST, (length or 0) * 1.2 + 2, len(field.column.name) + ARROW, len(field.label) / 4), MOST)
        lines = max(lines, math.ceil(len(field.label) * 1.3 / width))
        sheet.set_column(column, column, width)
        cells.text(sheet, LABELS, column, field.label, book.format(quote_prefix=True, text_wrap=True, **SHADE))
        cells.text(sheet, HEAD, column, field.column.name, book.format(quote_prefix=True, bottom=1, **SHADE))
    sheet.set_row(LABELS, lines * LINE_PT)


def _rows(book: Book, sheet: Worksheet, part: Part, shown: Sequence[Field], query: str) -> None:
    coverage = next((index for index, field in enumerate(shown) if field.column.name == "coverage"), None)
    puts = [cells.put(sheet, field.column.kind) for field in shown]
    plain, slanted = ([_form(book, field, italic=italic) for field in shown] for italic in (False, True))
    found, row = part.mart.con.execute(query), BODY
    while rows := found.fetchmany(CHUNK):
        for values in rows:
            forms = slanted if coverage is not None and values[coverage] == SAMPLE else plain
            for column, value in enumerate(values):
                if value is not None and puts[column](row, column, value, forms[column]):
                    cells.refuse(sheet, row, column)
            row += 1


def _form(book: Book, field: Field, *, italic: bool) -> Format:
    """Return how the values of a column look: days as days, numbers with the decimals they are published with."""
    decimals = field.column.decimals
    if field.column.kind == "DATE":
        return book.format(num_format="yyyy-mm-dd", align="left", italic=italic)
    if decimals is None:
        return book.format(num_format="@", align="left", indent=1, italic=italic)
    return book.format(num_format=f"#,##0.{'0' * decimals}" if decimals else "#,##0", italic=italic)
