"""Figures known from elsewhere, beside ours: what publishers printed, what their files say, what was counted in them.

One SQL file an oracle, in ``expectations/oracles``: a TOML header that states the figure, of which kind it is and
where it is from, and a query over the lake whose single cell is our figure.
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING

import duckdb

from puyango.errors import ConfigRefused

if TYPE_CHECKING:
    from collections.abc import Iterator

    from puyango.settings import Settings

FOLDER = Path(__file__).parent / "oracles"
DATA = Path(__file__).parent.parent / "streams" / "sources" / "data"
OPEN, CLOSE = "/*", "*/"
KINDS = {
    "published total": "total publicado",
    "comparison with the publisher's file": "comparación con el archivo de quien publica",
    "counted in the shipped files": "contado en los archivos incluidos",
}


@dataclass(frozen=True, slots=True)
class Oracle:
    """A figure known from elsewhere: what it is, of which kind and unit, the figure as stated there, and where."""

    name: str
    title_en: str
    title_es: str
    kind: str
    unit: str
    unit_es: str
    published: int | Decimal
    source: str
    sql: str


@dataclass(frozen=True, slots=True)
class Comparison:
    """A figure beside ours, exact; ``ours`` is None while the lake does not hold what it needs."""

    oracle: Oracle
    ours: Decimal | None

    @property
    def equal(self) -> bool:
        """Whether ours is the stated figure to the last digit."""
        return self.ours == self.oracle.published


def oracles() -> list[Oracle]:
    """Return every oracle, by kind and then by name; raises ``ConfigRefused`` naming a file whose header is unfit."""
    order = list(KINDS)
    return sorted(map(_read, sorted(FOLDER.glob("*.sql"))), key=lambda each: order.index(each.kind))


def compare(settings: Settings) -> Iterator[Comparison]:
    """Yield each oracle with the figure that the lake gives."""
    from transforms import lake  # noqa: PLC0415 - declarations above are read without an engine

    with lake.reading(settings) as con:
        con.execute("set variable data = $folder", {"folder": str(DATA)})
        for oracle in oracles():
            yield Comparison(oracle, _ours(con, oracle))


def _ours(con: duckdb.DuckDBPyConnection, oracle: Oracle) -> Decimal | None:
    """Return our figure to its last digit; raises ``ConfigRefused`` for a query whose figure has lost digits."""
    try:
        row = con.execute(oracle.sql).fetchone()
    except duckdb.CatalogException:
        return None
    ours = row[0] if row else None
    if not isinstance(ours, int | Decimal | None):
        kind = type(ours).__name__
        raise ConfigRefused(
            f"expectations/oracles/{oracle.name}.sql: our figure is a {kind}, which is not exact",
            "Let the query return a whole number or a decimal.",
        )
    return None if ours is None else Decimal(ours)


def _read(file: Path) -> Oracle:
    text = file.read_text(encoding="utf-8")
    header, _, sql = text.removeprefix(OPEN).partition(CLOSE)
    try:
        found = Oracle(name=file.stem, sql=sql.strip(), **tomllib.loads(header, parse_float=Decimal))
    except (tomllib.TOMLDecodeError, TypeError) as error:
        raise ConfigRefused(f"expectations/oracles/{file.name}: {error}", "Correct the header.") from None
    if found.kind not in KINDS:
        raise ConfigRefused(f"expectations/oracles/{file.name}: no kind {found.kind}", f"Kinds: {'; '.join(KINDS)}.")
    return found
