"""Reference data: the code lists that every layer reads, one CSV table each in ``warehouse/reference``.

Codes stay text with their leading zeros. A table is read when it is first asked for, and once; its key is
its first column, unless ``KEYS`` says otherwise.
"""

from __future__ import annotations

import csv
import difflib
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from puyango.errors import ConfigRefused

if TYPE_CHECKING:
    from collections.abc import Iterator

FOLDER = Path(__file__).parent.parent / "warehouse" / "reference"
KEYS = {"country_aliases": ("source", "alias")}
REMEDY = "Correct that row; warehouse/reference/README.md says what each column holds."


def rows(table: str) -> list[dict[str, str]]:
    """Return the rows of ``table``, every value as text; raises ``ConfigRefused`` naming file and row."""
    return list(_rows(table))


def codes(table: str) -> frozenset[str]:
    """Return the codes of ``table``: the values of its first column."""
    return frozenset(next(iter(row.values())) for row in _rows(table))


def mapping(table: str, given: str, wanted: str, **where: str) -> dict[str, str]:
    """Return column ``wanted`` by column ``given``, over the rows that match ``where`` and have both."""
    matching = (row for row in _rows(table) if all(row[name] == value for name, value in where.items()))
    return {row[given]: row[wanted] for row in matching if row[given] and row[wanted]}


def zone(post: str) -> str | None:
    """Return the IANA time zone of ``post``; None where it is not known."""
    return _zones().get(post)


def routes(post: str) -> tuple[str, ...]:
    """Return the two routes across the border at ``post``, as ``PE-EC`` and ``EC-PE``; none where it has no pair."""
    here, there, *_ = [*_pairs().get(post, "").split("-"), ""]
    return (f"{here}-{there}", f"{there}-{here}") if there else ()


@cache
def _pairs() -> dict[str, str]:
    return mapping("posts", "post", "pair")


@cache
def _zones() -> dict[str, str]:
    return mapping("posts", "post", "zone")


@cache
def _rows(table: str) -> tuple[dict[str, str], ...]:
    return tuple(read(FOLDER / f"{table}.csv", KEYS.get(table, ())))


def read(file: Path, key: tuple[str, ...] = ()) -> Iterator[dict[str, str]]:
    """Yield the rows of ``file``, each with all its columns and a key that no other row has."""
    try:
        with file.open(encoding="utf-8", newline="") as text:
            yield from _checked(file, csv.reader(text, strict=True), key)
    except FileNotFoundError:
        near = difflib.get_close_matches(file.stem, [found.stem for found in file.parent.glob("*.csv")], n=1)
        hint = f"Did you mean {near[0]}?" if near else "The tables are the CSV files of warehouse/reference."
        raise ConfigRefused(f"there is no reference table {file.stem}", hint) from None
    except UnicodeDecodeError as error:
        raise ConfigRefused(f"{file.name}: byte {error.start} is not UTF-8", "Save the file as UTF-8.") from None
    except csv.Error as error:
        raise ConfigRefused(f"{file.name}: {error}", REMEDY) from None


def _checked(file: Path, lines: Iterator[list[str]], key: tuple[str, ...]) -> Iterator[dict[str, str]]:
    header = next(lines, [])
    seen: dict[tuple[str, ...], int] = {}
    for number, values in enumerate(lines, start=2):
        if len(values) != len(header):
            raise ConfigRefused(f"{file.name} row {number}: {len(values)} values for {len(header)} columns", REMEDY)
        row = dict(zip(header, values, strict=True))
        coordinates = tuple(row[name] for name in key or header[:1])
        if not all(coordinates):
            raise ConfigRefused(f"{file.name} row {number}: the key is blank", REMEDY)
        if coordinates in seen:
            fact = f"{file.name} row {number}: {', '.join(coordinates)} is already in row {seen[coordinates]}"
            raise ConfigRefused(fact, REMEDY)
        seen[coordinates] = number
        yield row
