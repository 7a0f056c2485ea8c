"""The one place that speaks to Great Expectations; every import of it is inside a function, for it costs seconds."""

from __future__ import annotations

import logging
import os
from contextlib import nullcontext
from contextvars import ContextVar
from functools import wraps
from typing import TYPE_CHECKING, Any

import structlog

from expectations.rule import QUERY
from puyango.errors import ConfigRefused, Transient

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from contextlib import AbstractContextManager

    from great_expectations.core.expectation_validation_result import ExpectationValidationResult
    from great_expectations.datasource.fluent import SQLDatasource
    from great_expectations.expectations.expectation import Expectation
    from sqlalchemy import Result, Selectable, TextClause

    from expectations.rule import Rule

    Bound = Callable[[str], AbstractContextManager[None]]

PIN = "1.24.1"
COUNTS_ONLY = {"result_format": "SUMMARY", "partial_unexpected_count": 0}

log = structlog.get_logger(__name__)
_bound: ContextVar[Bound] = ContextVar("bound", default=lambda _: nullcontext())


class EngineCrashed(Transient):
    """The engine of judgement broke, which says nothing about the data."""

    code = "engine_crashed"


def source(connect: Callable[[], object]) -> SQLDatasource:
    """Return a data source whose connections come from ``connect``; nothing is written outside memory."""
    os.environ["GX_ANALYTICS_ENABLED"] = "false"
    import great_expectations as gx  # noqa: PLC0415  # seconds
    from great_expectations.data_context.types.base import ProgressBarsConfig  # noqa: PLC0415  # as above

    if gx.__version__ != PIN:
        raise ConfigRefused(f"great-expectations is {gx.__version__}, not {PIN}", "Install the pinned version.")
    logging.getLogger("great_expectations").setLevel(logging.CRITICAL)  # it may quote SQL and values
    keep_results()
    context = gx.get_context(mode="ephemeral")
    context.variables.progress_bars = ProgressBarsConfig(globally=False)
    return context.data_sources.add_sql(
        "puyango",
        connection_string="duckdb:///:memory:",
        create_temp_table=False,
        kwargs={"creator": connect},  # type: ignore[call-arg]  # the stub of GX leaves it out
    )


def keep_results() -> None:
    """Read every result, within its bound, before its connection is given back: DuckDB drops what is left unread.

    Without this each metric raises and each check reads as failed. It replaces a method of the pinned
    version.
    """
    from great_expectations.execution_engine import SqlAlchemyExecutionEngine as Pinned  # noqa: PLC0415  # seconds

    original = Pinned.execute_query
    if hasattr(original, "__wrapped__"):
        return

    @wraps(original)
    def execute_query(self: Pinned, query: Selectable | TextClause) -> Result[Any]:
        with _bound.get()(str(query)), self.get_connection() as connection:
            return self._execute_query_with_recovery(connection, query).freeze()()

    Pinned.execute_query = execute_query  # type: ignore[method-assign]  # that is the point


def validate(
    source: SQLDatasource, name: str, query: str, rules: Sequence[Rule], bound: Bound
) -> Mapping[str, ExpectationValidationResult]:
    """Return the result of each rule by its name, counts only; raises ``EngineCrashed`` if there is none at all.

    Each question that goes down to the data is asked within ``bound`` of its text.
    """
    import great_expectations as gx  # noqa: PLC0415  # seconds
    from great_expectations.exceptions import GreatExpectationsError  # noqa: PLC0415  # as above

    token = _bound.set(bound)
    try:
        suite = gx.ExpectationSuite(name=name, expectations=[*filter(None, map(expectation, rules))])
        asset = source.add_query_asset(name, query=query)
        batch = asset.add_batch_definition_whole_table("all").get_batch()
        results = batch.validate(suite, result_format=COUNTS_ONLY).results
    except (GreatExpectationsError, ValueError) as error:
        raise EngineCrashed(f"{name}: {error}") from error
    finally:
        _bound.reset(token)
    configured = ((result.expectation_config, result) for result in results)
    return {config.meta["rule"]: result for config, result in configured if config and config.meta}


def expectation(rule: Rule) -> Expectation | None:
    """Return ``rule`` in the engine's terms, None where it has no meaning there; no value of a row is ever fetched."""
    import great_expectations.expectations as gxe  # noqa: PLC0415  # seconds
    from great_expectations.expectations.metadata_types import FailureSeverity  # noqa: PLC0415  # as above

    given: dict[str, Any] = dict(rule.given)
    if rule.expects == QUERY:
        given = {"unexpected_rows_query": f"select true from ({rule.rows})"}  # noqa: S608  # a rule is code
    try:
        kind: type[Expectation] = getattr(gxe, rule.expects)
        return kind(**given, notes=rule.notes, severity=FailureSeverity(rule.severity), meta={"rule": rule.name})
    except (AttributeError, ValueError) as error:
        log.debug("rule has no meaning", rule=rule.name, exception=str(error))
        return None


def crashed(result: ExpectationValidationResult) -> str:
    """Return why ``result`` is no judgement at all, empty where it is one; the text may quote values."""
    info = result.exception_info or {}
    if not info.get("raised_exception", True):
        return ""
    metrics = [info, *(metric for metric in info.values() if isinstance(metric, dict))]
    return next(
        (str(metric["exception_message"]) for metric in metrics if metric.get("exception_message")), "no reason"
    )


def unexpected(result: ExpectationValidationResult) -> int:
    """Return how many rows break the rule; GX leaves the count of an empty table out."""
    counted = result.result
    return int(counted.get("unexpected_count") or counted.get("observed_value") or 0)
