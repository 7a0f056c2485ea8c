"""Worked cases of indicators: inputs and results small enough to check on paper, from ``tests/cases``."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from transforms import engine
from warehouse import stage

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date

    import polars as pl
    from duckdb import DuckDBPyConnection

    from warehouse.indicator import Indicator

CASES = Path(__file__).parent / "cases"
Row = dict[str, Any]


@dataclass(frozen=True)
class Case:
    """One case: rows ``given`` by table, rows ``expected`` of the period from ``first`` to before ``end``."""

    says: str
    first: date
    end: date
    given: Mapping[str, Sequence[Row]]
    expected: Sequence[Row]


def cases(id_: str) -> list[Case]:
    """Return the worked cases of an indicator; a row takes what it does not say from what its table has alike."""
    found = tomllib.loads((CASES / f"{id_}.toml").read_text(encoding="utf-8"))["case"]
    return [
        Case(
            says=case["says"],
            first=case["from"],
            end=case["to"],
            given={table: _filled(rows, case["alike"].get(table, {})) for table, rows in case["given"].items()},
            expected=_filled(case["expected"], case["alike"].get("expected", {})),
        )
        for case in found
    ]


def _filled(rows: Sequence[Row], alike: Row) -> list[Row]:
    return [{name: value for name, value in (alike | row).items() if value != "null"} for row in rows]


def staged(indicator: Indicator, given: Mapping[str, Sequence[Row]]) -> DuckDBPyConnection:
    """Return a connection on which the indicator's query sees exactly the ``given`` rows."""
    con = engine.connect()
    for name, rows in given.items():
        layer, table = name.split(".")
        if layer == "reference":
            con.execute("create schema if not exists memory.reference")
            stage.create(con, layer, table, dict.fromkeys(_names(rows), "varchar"))
    stage.lay(con, indicator)
    for name, rows in given.items():
        insert(con, f"memory.{name}", rows)
    return con


def insert(con: DuckDBPyConnection, table: str, rows: Sequence[Row]) -> None:
    """Insert ``rows`` in their order; what a row does not say is null."""
    if not rows:
        return
    names = _names(rows)
    one = f"({', '.join('?' * len(names))})"
    values = [row.get(name) for row in rows for name in names]
    listed = ", ".join(f'"{name}"' for name in names)
    con.execute(f"insert into {table} ({listed}) values {', '.join([one] * len(rows))}", values)


def _names(rows: Sequence[Row]) -> list[str]:
    return list(dict.fromkeys(name for row in rows for name in row))


def compare(found: pl.DataFrame, expected: Sequence[Row], grain: Sequence[str]) -> None:
    """Assert that ``found`` has exactly the ``expected`` rows: decimals exact, floating point to 1e-9."""
    actual = sorted(found.drop("as_of").to_dicts(), key=lambda row: [str(row[name]) for name in grain])
    wanted = sorted(expected, key=lambda row: [str(row[name]) for name in grain])
    complete = [{name: row.get(name) for name in found.columns if name != "as_of"} for row in wanted]
    assert [_key(row, grain) for row in complete] == [_key(row, grain) for row in actual]
    for row, other in zip(complete, actual, strict=True):
        assert row.keys() >= {name for name in row if name in grain}
        for name, value in row.items():
            assert _like(value, other[name]) == other[name], f"{name} of {_key(other, grain)}"


def _key(row: Row, grain: Sequence[str]) -> Row:
    return {name: row[name] for name in grain}


def _like(value: object, actual: object) -> object:
    if isinstance(value, str) and isinstance(actual, Decimal):
        return Decimal(value)
    if isinstance(value, str) and isinstance(actual, float):
        return pytest.approx(float(Fraction(value)), rel=1e-9, abs=1e-9)
    return value
