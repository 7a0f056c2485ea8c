"""Comma-separated files, plain or compressed, read as a stream with exact places."""

from __future__ import annotations

import csv
import hashlib
import re
from itertools import islice
from typing import TYPE_CHECKING

import polars as pl

from puyango.errors import InputUnfit
from streams.sources.lines import Lines
from streams.sources.table import SLICE_ROWS, Limits, Slice, tidy, unfit

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator
    from pathlib import Path

DIALECTS = {";": "semicolons", "\t": "tabs", "|": "vertical bars"}
DECIMAL_COMMA = re.compile(r"(^|;)-?[0-9.]+,[0-9]+(;|$)")
EXPORT = "Export it again with commas between columns and a point in numbers."


class CommaSeparated:
    """A CSV file: comma, UTF-8, header in its first line. Blank lines are passed over."""

    def __init__(self, path: Path, limits: Limits) -> None:
        """Read the header."""
        self.path = path
        self.limits = limits
        self._lines = Lines(path, limits)
        first, second = (next(lines, "") for lines in (self._lines.texts(),) * 2)
        self.byte_order_mark = self._lines.byte_order_mark
        self.header = next(csv.reader([first]), [])
        if len(self.header) == 1:
            self._refuse_dialect(self.header[0], second)

    def survey(self) -> int:
        """Return how many lines follow the header; all of them are UTF-8 and within the limits."""
        lines = 0
        for lines, _ in enumerate(self._lines.texts(), 1):
            if lines > self.limits.rows + 1:
                raise unfit(self.path, f"has more than {self.limits.rows:,} rows", "Split the file.")
        return max(0, lines - 1)

    def slices(self, skip: int = 0) -> Iterator[Slice]:
        """Yield the rows after the first ``skip``; the rows before an unfit line come before its error."""
        number = skip
        body = islice(self._body(self._lines.texts()), skip, None)
        fault: InputUnfit | None = None
        while fault is None:
            rows, lines, fault = _block(body)
            if rows:
                yield self._slice(number + 1, rows, lines)
                number += len(rows)
            elif fault is None:
                return
        raise fault

    def marks(self, counts: Collection[int]) -> dict[int, str]:
        """Return the SHA-256 of the lines of the first so many rows, whatever ends a line."""
        digest = hashlib.sha256()

        def hashed(lines: Iterator[str]) -> Iterator[str]:
            for line in lines:
                digest.update(line.rstrip("\r\n").encode() + b"\n")
                yield line

        rows = islice(self._body(hashed(self._lines.texts())), max(counts, default=0))
        return {number: digest.hexdigest() for number, _ in enumerate(rows, 1) if number in counts}

    def _slice(self, first: int, rows: list[list[str]], lines: list[int]) -> Slice:
        columns = dict(zip(self.header, map(list, zip(*rows, strict=True)), strict=True))
        frame = pl.DataFrame(columns, schema=dict.fromkeys(self.header, pl.String))
        return Slice(first, tidy(frame), lines, "line")

    def _body(self, lines: Iterator[str]) -> Iterator[tuple[list[str], int]]:
        """Yield the values of each row and the number of its last line."""
        reader = csv.reader(lines, strict=True)
        try:
            next(reader, None)
            for row in reader:
                if row and len(row) != len(self.header):
                    fact = f"line {reader.line_num:,} has {len(row)} of {len(self.header)} columns"
                    raise unfit(self.path, fact, "Correct that line; the replay goes on there.")
                if row:
                    yield row, reader.line_num
        except csv.Error as error:
            raise unfit(self.path, f"line {reader.line_num:,}: {error}", "Correct the quotes of that line.") from None

    def _refuse_dialect(self, header: str, second: str) -> None:
        for mark, name in DIALECTS.items():
            if mark in header:
                comma = " and numbers have decimal commas" if DECIMAL_COMMA.search(second.strip()) else ""
                raise unfit(self.path, f"columns are separated by {name}, not commas,{comma}".rstrip(","), EXPORT)


def _block(body: Iterator[tuple[list[str], int]]) -> tuple[list[list[str]], list[int], InputUnfit | None]:
    """Return the next rows with their lines, and the error that ended them."""
    rows: list[list[str]] = []
    lines: list[int] = []
    try:
        for row, line in islice(body, SLICE_ROWS):
            rows.append(row)
            lines.append(line)
    except InputUnfit as error:
        return rows, lines, error
    return rows, lines, None
