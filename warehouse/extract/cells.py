"""The one place that writes cells: a text stays a text, a code keeps its zeros, and nothing is a formula or a link."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any, NoReturn

import xlsxwriter

from puyango.errors import OutputRefused

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from xlsxwriter.format import Format
    from xlsxwriter.worksheet import Worksheet

    Put = Callable[[int, int, Any, Format], int]

NOTHING_LIVE = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
NO_XML, SUBSTITUTE = "\ufffe\uffff", "\ufffd"
FIRST = datetime(1980, 1, 1)  # noqa: DTZ001 -- a workbook has no zone; it says UTC beside its instants


class Book:
    """A workbook that is the same whenever and wherever it is written: its only date is ``at``."""

    def __init__(self, path: Path, title: str, vintage: str, at: datetime | None) -> None:
        """Begin a workbook at ``path``; kept in memory, as the zip would take the modes of files from the process."""
        self._footer = f"&L{_literal(title)}&C{_literal(vintage)}&R&A, &P/&N"
        self.book = xlsxwriter.Workbook(str(path), {"in_memory": True, **NOTHING_LIVE})
        self.book.set_properties({"title": title, "author": "Puyango", "created": (at or FIRST).replace(microsecond=0)})
        self._formats: dict[tuple[tuple[str, object], ...], Format] = {}

    def format(self, **facts: object) -> Format:
        """Return the one format of these facts."""
        key = tuple(sorted(facts.items()))
        if key not in self._formats:
            self._formats[key] = self.book.add_format(facts)
        return self._formats[key]

    def sheet(self, name: str) -> Worksheet:
        """Add a sheet, set to be printed on its width, with title, vintage, sheet and page below."""
        sheet = self.book.add_worksheet(name)
        sheet.set_landscape()
        sheet.set_paper(9)
        sheet.fit_to_pages(1, 0)
        sheet.set_footer(self._footer)
        return sheet

    def close(self) -> None:
        """Write the file."""
        self.book.close()


def _literal(text: str) -> str:
    """Return ``text`` as it stands in a footer, where an ampersand begins an order."""
    return text.replace("&", "&&")


def value(kind: str, sql: str) -> str:
    """Return the SQL of a value of type ``kind`` as its cell holds it: a day is a number, what is no number a text.

    A boolean is a text too: as a cell of its own, office programs show it in their language, one as a formula.
    """
    if kind == "DATE":
        return f"date_diff('day', date '1899-12-30', {sql})"
    if kind == "TIMESTAMP":
        return f"strftime({sql}, '%Y-%m-%dT%H:%M:%S.%fZ')"
    return sql if numeric(kind) else f"translate(({sql})::varchar, '{NO_XML}', '{SUBSTITUTE * 2}')"


def put(sheet: Worksheet, kind: str) -> Put:
    """Return what writes such a value; it returns other than 0 where the cell cannot hold it."""
    number: Put = sheet.write_number
    string: Put = sheet.write_string
    return number if kind == "DATE" or numeric(kind) else string


def numeric(kind: str) -> bool:
    """Say whether values of the mart's type ``kind`` are numbers."""
    return kind.startswith("DECIMAL") or kind in ("BIGINT", "INTEGER", "HUGEINT", "DOUBLE")


def text(sheet: Worksheet, row: int, column: int, said: str, form: Format) -> None:
    """Write ``said`` as text, whatever it looks like."""
    if sheet.write_string(row, column, said, form):
        refuse(sheet, row, column)


def refuse(sheet: Worksheet, row: int, column: int) -> NoReturn:
    """Raise ``OutputRefused`` for a value that no cell can hold, rather than cut it."""
    fact = f"sheet {sheet.get_name()}: row {row + 1}, column {column + 1} holds more than a cell can"
    raise OutputRefused(fact, "A sheet has 1,048,576 rows, a cell 32,767 characters; the CSV files have no limit.")
