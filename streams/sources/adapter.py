"""Turns a publisher's file into events: fits its columns, makes its corrections, reads its rows."""

from __future__ import annotations

import difflib
from typing import TYPE_CHECKING

import structlog

from streams.sources.corrections import Correction, about, corrected, corrections
from streams.sources.events import Events
from streams.sources.source import Layout, Reading, Source
from streams.sources.table import Table, table, unfit

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence
    from pathlib import Path

    import polars as pl

    from puyango.errors import InputUnfit
    from streams.event import Value
    from streams.sources.table import Slice

log = structlog.get_logger()


class Adapter:
    """One file of a source, fitted; raises ``InputUnfit`` for columns that do not fit."""

    def __init__(self, source: Source, rows: Table, known: Sequence[Correction], coverage: str = "") -> None:
        """Fit the columns of the file to those of the source."""
        self.source, self.table = source, rows
        self.name, self.path = source.name, rows.path
        self.coverage = coverage or source.coverage
        self._corrections = about(known, source.name, rows.path)
        self._layout = fit(source, rows, self.coverage, self._corrections)
        self._readings = source.readings(self._layout)
        self._refuse_missing(rows.header)

    def check(self) -> int:
        """Return about how many rows there are, once every claim of a correction has been found true."""
        rows = self.table.survey()
        if self._corrections:
            for part in self._slices(0):
                for correction in self._corrections:
                    if refuted := correction.refuted(part, self.table.path):
                        raise refuted
        return rows

    def events(self, skip: int = 0) -> Iterator[Events]:
        """Yield the events of the rows after the first ``skip``; those before an unfit row come before its error."""
        for part in self._slices(skip):
            frame = corrected(part.frame, self._corrections)
            unread = frame.select(reading.unread().alias(reading.field) for reading in self._readings)
            made = frame.select(reading.made for reading in self._readings)
            fault = self._first_fault(unread)
            if fault is None:
                yield Events(part.first, made)
                continue
            index, reading = fault
            if index:
                yield Events(part.first, made.head(index))
            raise self._unread(part, frame, index, reading)

    def marks(self, counts: Collection[int]) -> dict[int, str]:
        """Return a mark of the first so many rows for each of ``counts``."""
        return self.table.marks(counts)

    def _slices(self, skip: int) -> Iterator[Slice]:
        for part in self.table.slices(skip):
            yield part.renamed(self._layout.names)

    def _first_fault(self, unread: pl.DataFrame) -> tuple[int, Reading] | None:
        faults = [
            (found[0], reading) for reading in self._readings if (found := unread[reading.field].arg_true()).len()
        ]
        return min(faults, key=lambda fault: fault[0], default=None)

    def _unread(self, part: Slice, frame: pl.DataFrame, index: int, reading: Reading) -> InputUnfit:
        values = frame.row(index, named=True)
        shown = ", ".join(
            f"{self._own(column)} = {'(not shown)' if reading.personal and values[column] else _quoted(values[column])}"
            for column in reading.columns
        )
        fact = f"{part.place(index)}: {shown} has no reading as {reading.field}"
        return unfit(self.table.path, fact, reading.remedy)

    def _refuse_missing(self, header: Sequence[str]) -> None:
        known = {*self._layout.names.values()}
        for column in dict.fromkeys(column for reading in self._readings for column in reading.columns):
            if column not in known:
                others = [name for name in header if name not in self._layout.names]
                near = difflib.get_close_matches(column, others or header, n=1)
                hint = f"the nearest is {near[0]}" if near else f"there are {', '.join(header) or 'none'}"
                raise unfit(
                    self.table.path,
                    f"column {column} is missing; {hint}",
                    f"Give a file of {self.source.publisher} in its own layout, or declare the new name in renamed.",
                )

    def _own(self, column: str) -> str:
        return next((own for own, name in self._layout.names.items() if name == column), column)


def fit(source: Source, rows: Table, coverage: str, made: Sequence[Correction] = ()) -> Layout:
    """Return how the columns of the file differ from the layout of reference, given the corrections made to it."""
    names = {own: source.renamed.get(own, own) for own in rows.header}
    for own in rows.header:
        if rows.header.count(own) > 1:
            raise unfit(rows.path, f"column {own} is there twice", "Remove one of the two.")
    known = {own: name for own, name in names.items() if name in source.columns}
    if extra := [own for own in names if own not in known]:
        log.warning("columns not carried", file=rows.path.name, columns=", ".join(extra))
    found = list(known.values())
    repairs = {
        "bom_removed": rows.byte_order_mark,
        "column_renamed": any(own != name for own, name in known.items()),
        "columns_reordered": found != [name for name in source.columns if name in found],
        "columns_swapped": any(one.swapped for one in made),
    }
    return Layout(known, tuple(name for name, needed in repairs.items() if needed), coverage, rows.path)


def events(source: Source, path: Path, *, coverage: str = "") -> Iterator[tuple[int, dict[str, Value]]]:
    """Yield the number of each row, from 1, and its event."""
    adapter = Adapter(source, table(path), corrections(), coverage)
    adapter.check()
    for part in adapter.events():
        yield from enumerate(part.frame.iter_rows(named=True), start=part.first)


def _quoted(value: str | None) -> str:
    return "(blank)" if value is None else repr(value)
