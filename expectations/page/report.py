"""What the page tells, gathered from the lake: verdicts beside the words of their rules, and nothing of any row."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from expectations import conservation, declarations, oracle, record
from expectations.page import ledger
from expectations.page.told import Told
from expectations.suite import declared
from transforms import lake, ops
from warehouse.header import Header
from warehouse.indicator import indicators

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from duckdb import DuckDBPyConnection

    from expectations.oracle import Comparison
    from expectations.record import Judged
    from expectations.verdict import Verdict
    from puyango.settings import Settings
    from streams.contract import Contract
    from transforms.table import Table

KNOWN = "select strftime(max(known_at), '%Y-%m-%d %H:%M:%S') from lake.bronze.\"{0}\""
VINTAGE = "select max(name) from lake.ops.vintage"


@dataclass(frozen=True, slots=True)
class Section:
    """One judged table: its title where it has one, what every rule said, and who waits while it is held."""

    layer: str
    table: str
    titles: Mapping[str, str]
    told: tuple[Told, ...]
    waiting: tuple[str, ...]

    @property
    def counts(self) -> Counter[str]:
        """How many rules passed, warned, held the table or crashed."""
        return Counter(each.kind for each in self.told)


@dataclass(frozen=True, slots=True)
class Report:
    """As of when, what every table was asked, and the figures known from elsewhere beside ours."""

    known_at: str
    vintage: str
    batch: int
    sections: tuple[Section, ...]
    figures: tuple[Comparison, ...]

    @property
    def counts(self) -> Counter[str]:
        """How many rules of all tables passed, warned, held their table or crashed."""
        return sum((section.counts for section in self.sections), Counter())


def gathered(settings: Settings, verdicts: Sequence[Verdict] | None = None) -> Report:
    """Return the report on ``verdicts``, by default on those of the ledger; no clock is read."""
    with lake.reading(settings) as con:
        told = _told(con, verdicts)
        known_at = max(
            filter(None, (_cell(con, "bronze", name, KNOWN) for name in declarations.contracts())), default=""
        )
        vintage = _cell(con, "ops", "vintage", VINTAGE)
        batch = ops.batch(con)
    figures = tuple(oracle.compare(settings)) if told else ()
    return Report(known_at, vintage, batch, tuple(_sections(told)), figures)


def _told(con: DuckDBPyConnection, verdicts: Sequence[Verdict] | None) -> list[Verdict]:
    """Return what the ledger holds, or ``verdicts`` and of the ledger only what was said of the tables it holds.

    Their drafts were judged, not the rows that readers see.
    """
    standing = ledger.verdicts(con)
    if verdicts is None:
        return standing
    held = record.held(con)
    kept = [each for each in standing if (each.layer, each.table) in held]
    return [*kept, *(each for each in verdicts if (each.layer, each.table) not in held)]


def _cell(con: DuckDBPyConnection, layer: str, table: str, sql: str) -> str:
    """Return the one text that ``sql`` asks of a table; blank while there is no such table, or nothing in it."""
    row = con.execute(sql.format(table)).fetchone() if lake.columns(con, layer, table) else None
    return str(row[0]) if row and row[0] else ""


def _sections(verdicts: Sequence[Verdict]) -> list[Section]:
    """Return the judged tables in the order in which data flows, the rules of each in that of their declaration."""
    by_table: dict[Judged, dict[str, Verdict]] = {}
    for each in verdicts:
        by_table.setdefault((each.layer, each.table), {})[each.rule] = each
    return [
        _section(layer, table, declaration, by_table[layer, table])
        for layer in declarations.LAYERS
        for table, declaration in declarations.tables(layer).items()
        if (layer, table) in by_table
    ]


def _section(layer: str, table: str, declaration: Contract | Table | Header, said: Mapping[str, Verdict]) -> Section:
    of_segments = conservation.rules(table) if layer == "bronze" else ()
    asked = (*of_segments, *declared(declaration), *declarations.written(table))
    rules = {rule.name: rule for rule in asked}
    told = tuple(Told(said[name], rules.get(name)) for name in sorted(said, key=[*rules, *sorted(said)].index))
    stops = any(each.verdict.stops for each in told)
    return Section(layer, table, _titles(declaration), told, tuple(readers((layer, table))) if stops else ())


def _titles(declaration: Contract | Table | Header) -> Mapping[str, str]:
    """Return the title of a table by language; none where its declaration has no Spanish."""
    if isinstance(declaration, Header):
        return {"en": declaration.title_en, "es": declaration.title_es}
    return {}


def readers(held: Judged) -> list[str]:
    """Return the tables that wait for a held one, directly or by another, in the order in which data flows."""
    waiting = [held]
    waiting += [
        ("silver", name) for name, table in declarations.silver().items() if ("bronze", table.reads.name) == held
    ]
    for indicator in indicators():
        if {*waiting} & {*indicator.reads}:
            waiting.append(("gold", indicator.id))
    return [f"{layer}.{table}" for layer, table in waiting[1:]]
