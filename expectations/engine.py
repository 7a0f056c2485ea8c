# ruff: noqa: S608 -- queries come from declarations, never from input
"""Judgement of the rows that a DuckDB connection can see: claims go down as SQL, counts come back.

One engine is opened for many tables, because its first use in a process costs seconds.
"""

from __future__ import annotations

import itertools
import warnings
from contextlib import contextmanager
from functools import cached_property
from typing import TYPE_CHECKING

import duckdb
import structlog
from sqlalchemy.exc import SQLAlchemyError

from expectations import validator
from expectations.limit import Limit
from expectations.verdict import Verdict
from puyango.errors import WatchdogFired

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from great_expectations.core.expectation_validation_result import ExpectationValidationResult
    from great_expectations.datasource.fluent import SQLDatasource

    from expectations.rule import Rule
    from expectations.verdict import Outcome

LIMIT_S = 300.0
READS = 4
ROWS = 2_000_000

log = structlog.get_logger(__name__)


class Engine:
    """Judges what ``con`` can see; a rule that outlives ``limit_s`` is interrupted and has crashed, others go on."""

    def __init__(self, con: duckdb.DuckDBPyConnection, limit_s: float = LIMIT_S) -> None:
        """Open nothing yet."""
        self.con = con
        self._limit = Limit(limit_s, self._interrupt)
        self._names = (f"judged_{number}" for number in itertools.count())
        self._sessions: list[duckdb.DuckDBPyConnection] = []

    def session(self) -> duckdb.DuckDBPyConnection:
        """Return another session on the same database: views and attached lakes are shared, settings are not."""
        session = self.con.cursor()
        session.execute("USE memory; SET TimeZone = 'UTC'")
        self._sessions.append(session)
        return session

    def judge(self, layer: str, table: str, query: str, rules: Sequence[Rule]) -> list[Verdict]:
        """Return one verdict a rule, in their order, on the rows of ``query``."""
        results: dict[str, ExpectationValidationResult] = {}
        examined = None
        try:
            with self._laid_out(query, len(rules)) as (rows, examined):
                results |= validator.validate(self._source, next(self._names), rows, rules, self._limit)
        except (ImportError, duckdb.Error, SQLAlchemyError, WatchdogFired, validator.EngineCrashed) as error:
            log.warning("judgement crashed", layer=layer, table=table, kind=type(error).__name__)
            log.debug("judgement crashed", layer=layer, table=table, exception=str(error))
        return [_verdict(layer, table, rule, results.get(rule.name), examined) for rule in rules]

    def close(self) -> None:
        """Leave no session open on the database of ``con``."""
        if "_source" in self.__dict__:
            self._source.get_execution_engine().close()
        for session in self._sessions:
            session.close()

    @cached_property
    def _source(self) -> SQLDatasource:
        from duckdb_sqlalchemy import ConnectionWrapper  # noqa: PLC0415  # heavy

        return validator.source(lambda: ConnectionWrapper(self.session()))

    @contextmanager
    def _laid_out(self, query: str, rules: int) -> Iterator[tuple[str, int]]:
        """Yield the query to judge and how many rows it has; what many rules read, and memory holds, is read once."""
        session, name = self.session(), f"memory.main.{next(self._names)}"
        with self._limit(query):
            row = session.execute(f"select count(*) from ({query})").fetchone()
        examined = int(row[0]) if row else 0
        if rules < READS or examined > ROWS:
            yield query, examined
            return
        with self._limit(name):
            session.execute(f"create table {name} as {query}")
        try:
            yield f"select * from {name}", examined
        finally:
            session.execute(f"drop table {name}")

    def _interrupt(self) -> None:
        for session in tuple(self._sessions):
            session.interrupt()


@contextmanager
def opened(con: duckdb.DuckDBPyConnection, limit_s: float = LIMIT_S) -> Iterator[Engine]:
    """Yield an engine on ``con`` and leave no session open; warnings of its libraries are not errors of the data."""
    engine = Engine(con, limit_s)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            yield engine
        finally:
            engine.close()


def _verdict(
    layer: str, table: str, rule: Rule, result: ExpectationValidationResult | None, examined: int | None
) -> Verdict:
    """Return the verdict of one result; what an exception said goes to the detailed log and nowhere else."""
    exception = validator.crashed(result) if result else "no result"
    if result is None or exception:
        log.debug("rule crashed", layer=layer, table=table, rule=rule.name, exception=exception)
        return Verdict(layer, table, rule.name, rule.severity, "crashed", None, None, rule.notes)
    outcome: Outcome = "passed" if result.success else "failed"
    return Verdict(layer, table, rule.name, rule.severity, outcome, validator.unexpected(result), examined, rule.notes)
