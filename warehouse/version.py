"""What made a figure: the version of the program, and a hash of declarations and engines."""

from __future__ import annotations

import hashlib
import importlib
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import puyango
from puyango import reference
from transforms import declaration
from transforms.table import module
from warehouse import header
from warehouse.indicator import indicators

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from transforms.table import Table
    from warehouse.indicator import Indicator

ENGINES = ("transforms.fold", "transforms.settle", "warehouse.breaks", "warehouse.stage", "warehouse.mart")
HEX = 12


@cache
def code_version() -> str:
    """Return version and hash of the program; a word that is changed in a header is another version too.

    Read once: a process is of the version that it began with, even if the files are replaced under it.
    """
    here = Path(__file__).parent
    files = [*header.INDICATORS.glob("*.sql"), *here.glob("*.toml"), *reference.FOLDER.glob("*.csv")]
    texts = (path.read_bytes() for path in sorted(files))
    made = (text.encode() for made_by in _sorted(methods()) for text in made_by)
    return f"{puyango.__version__}+{_sha256((*texts, *made))}"


@cache
def methods() -> dict[str, list[str]]:
    """Return, per indicator, a hash of the method and one of the reference data that make its figures."""
    return {each.id: [_method(each), _references(each)] for each in indicators()}


def _method(indicator: Indicator) -> str:
    """Return the hash of query and form, of the silver tables read, of the indicators above and of the engines."""
    made = indicator.header
    columns = [(column.name, column.published_decimals) for column in made.columns]
    form = repr((made.sql, columns, made.grain, made.period, made.whole, made.reach, made.confidentiality))
    silver = (b"".join(_sources(table)) for table in _silver(indicator))
    above = (_method(each).encode() for each in indicator.above)
    return _sha256((form.encode(), *silver, *above, *map(_source, ENGINES)))


def _references(indicator: Indicator) -> str:
    """Return the hash of the reference rows read, here and above, and of the code lists that silver marks by."""
    own = (repr(reference.rows(table)) for layer, table in indicator.reads if layer == "reference")
    codes = (repr(sorted((name, sorted(each)) for name, each in _codes(table))) for table in _silver(indicator))
    above = (_references(each) for each in indicator.above)
    return _sha256(text.encode() for text in (*own, *codes, *above))


def _silver(indicator: Indicator) -> list[Table]:
    return [module(name).TABLE for name in indicator.reads_from("silver")]


def _codes(table: Table) -> Iterable[tuple[str, frozenset[str]]]:
    return declaration.codes(table).items()


def _sources(table: Table) -> Iterator[bytes]:
    yield _source(f"transforms.tables.{table.name}")
    yield _source(f"streams.families.{table.reads.name}")


def _source(name: str) -> bytes:
    file = importlib.import_module(name).__file__
    return Path(file).read_bytes() if file else b""


def _sorted(made: dict[str, list[str]]) -> list[tuple[str, ...]]:
    return sorted((name, *both) for name, both in made.items())


def _sha256(texts: Iterable[bytes]) -> str:
    digest = hashlib.sha256()
    for text in texts:
        digest.update(len(text).to_bytes(8, "big") + text)
    return digest.hexdigest()[:HEX]
