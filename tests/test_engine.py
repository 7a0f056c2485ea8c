"""The engine of judgement: what it answers, what it never says, and when it has no answer."""

from __future__ import annotations

import ast
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from structlog.testing import capture_logs

from expectations import validator
from expectations.claims import bounded, formed, in_list, present, unique
from expectations.engine import opened
from expectations.limit import Limit
from expectations.rule import QUERY, Rule
from puyango.errors import ConfigRefused, WatchdogFired
from transforms import engine as duck

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from duckdb import DuckDBPyConnection

    from expectations.engine import Engine
    from expectations.verdict import Verdict

ROOT = Path(__file__).parent.parent
CANARY = "CANARY-7731"
ROWS = "select * from rows"


def claim(name: str, rows: str = "", expects: str = QUERY) -> Rule:
    """Return a rule with that claim and no words worth reading."""
    return Rule(name, name, "Notes.", "Notas.", rows=rows, expects=expects)


EVERY_KIND = (
    unique(("code",)),
    present("blank"),
    in_list("code", ("good",)),
    formed("code", "[a-z]+"),
    bounded("number", 0, 5),
    claim("by hand", rows=f"select * from {{batch}} where code = '{CANARY}'"),
)


@pytest.fixture
def con() -> Iterator[DuckDBPyConnection]:
    """Return a connection to a table of which every kind of rule finds two rows unfit."""
    with duck.connect() as con:
        con.execute("create table rows (code varchar, number bigint, blank varchar)")
        con.execute(f"insert into rows values ('good', 1, 'x'), ('{CANARY}', 99173, null), ('{CANARY}', 99173, null)")
        yield con


@pytest.fixture
def engine(con: DuckDBPyConnection) -> Iterator[Engine]:
    """Return an engine over that table."""
    with opened(con) as engine:
        yield engine


def outcomes(verdicts: Sequence[Verdict]) -> dict[str, str]:
    return {verdict.rule: verdict.outcome for verdict in verdicts}


def test_every_kind_of_rule_counts_what_breaks_it_and_says_no_value_of_it(engine: Engine) -> None:
    """Verdicts are published beside the figures: a value in one would be a disclosure (S14)."""
    with capture_logs() as logs:
        verdicts = engine.judge("silver", "rows", ROWS, EVERY_KIND)
    assert outcomes(verdicts) == dict.fromkeys([rule.name for rule in EVERY_KIND], "failed")
    assert [verdict.unexpected for verdict in verdicts] == [1, 2, 2, 2, 2, 2]
    assert {verdict.examined for verdict in verdicts} == {3}
    assert CANARY not in repr(verdicts)
    assert "99173" not in repr(verdicts)
    assert logs == []


def test_an_exception_that_quotes_a_value_is_for_the_detailed_log_only(engine: Engine) -> None:
    """DuckDB quotes what it cannot cast; whoever reads verdicts or the daily log may not be allowed to see it."""
    with capture_logs() as logs:
        cast = claim("cast", rows="select * from {batch} where blank is null and code::integer = 1")
        (verdict,) = engine.judge("silver", "rows", ROWS, [cast])
    assert (verdict.outcome, verdict.unexpected, verdict.examined) == ("crashed", None, None)
    quoting = [entry for entry in logs if CANARY in repr(entry)]
    assert [entry["log_level"] for entry in quoting] == ["debug"]
    assert CANARY not in repr(verdict)


def test_a_rule_that_crashes_is_not_data_that_failed(engine: Engine) -> None:
    """A renamed column must not read as bad data (A6); the other rules are judged all the same."""
    verdicts = engine.judge("silver", "rows", ROWS, [present("gone"), present("code"), present("blank")])
    assert [verdict.outcome for verdict in verdicts] == ["crashed", "passed", "failed"]


def test_a_warning_that_crashes_stops_too() -> None:
    """What could not be judged was not found in order, whatever the severity."""
    with duck.connect() as con, opened(con) as engine:
        (verdict,) = engine.judge("silver", "gone", "select * from gone", [claim("any", rows="from {batch}")])
    assert (verdict.severity, verdict.outcome, verdict.stops) == ("warning", "crashed", True)


def test_a_rule_without_a_meaning_crashes_alone(engine: Engine) -> None:
    """A typing error in one declaration must neither pass nor take the others down."""
    unknown = claim("unknown", expects="ExpectNoSuchThing")
    brace = claim("brace", rows="select * from {batch} where code ~ 'a{2}'")
    verdicts = engine.judge("silver", "rows", ROWS, [unknown, brace, present("code")])
    assert [verdict.outcome for verdict in verdicts] == ["crashed", "crashed", "passed"]


@pytest.mark.parametrize("place", [0, 1, 2])
def test_a_rule_that_does_not_end_is_ended_and_the_others_go_on(con: DuckDBPyConnection, place: int) -> None:
    """Every wait has an end (I12, A6): what runs away has crashed, wherever it stands, and nothing else has."""
    rows = "select 1 from {batch}, range(10000000000) as r(n) where n % 7 = 8"
    rules = [present("code"), claim("no such code", rows="select 1 from {batch} where code = 'b'")]
    rules.insert(place, claim("runaway", rows=rows))
    with opened(con, limit_s=0.5) as engine:
        verdicts = engine.judge("silver", "rows", ROWS, rules)
        again = engine.judge("silver", "rows", ROWS, [present("code")])
    assert outcomes(verdicts) == {"runaway": "crashed", "code: present": "passed", "no such code": "passed"}
    assert outcomes(again) == {"code: present": "passed"}


def test_rows_that_cannot_be_read_in_time_leave_every_rule_without_an_answer(con: DuckDBPyConnection) -> None:
    """The time to lay the rows out counts too: a view that runs away must not hang the gate."""
    con.execute("create view endless as select n as code from range(10000000000) as r(n) where n % 7 = 8")
    with opened(con, limit_s=0.5) as engine:
        verdicts = engine.judge("silver", "endless", "select * from endless", [present("code")])
    assert outcomes(verdicts) == {"code: present": "crashed"}


def test_a_question_that_ran_too_long_is_not_asked_again() -> None:
    """The engine of judgement tries what fails three times, and three limits are a night lost for one rule."""
    interrupted: list[str] = []
    limit = Limit(0.05, lambda: interrupted.append("interrupted"))
    with limit("slow"):
        time.sleep(0.2)
    with pytest.raises(WatchdogFired, match="PUYANGO_RULE_S"), limit("slow"):
        pytest.fail("asked again")
    with limit("fast"):
        pass
    assert interrupted


def test_without_its_engine_nothing_passes(con: DuckDBPyConnection, monkeypatch: pytest.MonkeyPatch) -> None:
    """A broken installation stops publication instead of letting everything through (A6)."""
    monkeypatch.setitem(sys.modules, "great_expectations", None)
    with opened(con) as engine:
        verdicts = engine.judge("silver", "rows", ROWS, [present("code")])
    assert outcomes(verdicts) == {"code: present": "crashed"}


def test_without_the_repair_of_the_pinned_version_every_rule_crashes(
    con: DuckDBPyConnection, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The repair replaces a private method: if it no longer bites, the pin has moved and must be looked at."""
    validator.keep_results()
    from great_expectations.execution_engine import SqlAlchemyExecutionEngine  # noqa: PLC0415  # seconds

    repaired = SqlAlchemyExecutionEngine.execute_query
    monkeypatch.setattr(SqlAlchemyExecutionEngine, "execute_query", repaired.__wrapped__)  # type: ignore[attr-defined]
    monkeypatch.setattr(validator, "keep_results", lambda: None)
    with opened(con) as engine:
        broken = engine.judge("silver", "rows", ROWS, [present("code"), formed("code", "[a-z]+")])
    assert {verdict.outcome for verdict in broken} == {"crashed"}
    monkeypatch.undo()
    with opened(con) as engine:
        sound = engine.judge("silver", "rows", ROWS, [present("code"), formed("code", "[a-z]+")])
    assert [verdict.outcome for verdict in sound] == ["passed", "failed"]


def test_days_are_days_of_utc_while_judging(con: DuckDBPyConnection) -> None:
    """A session of the engine does not inherit settings, and the zone of the host must not decide what a day is."""
    con.execute("create table moments as select timestamptz '2026-03-02 02:00:00+00' as known_at")
    con.execute("set TimeZone = 'America/Lima'")
    utc = claim("utc", rows="select * from {batch} where known_at::date <> date '2026-03-02'")
    with opened(con) as engine:
        (verdict,) = engine.judge("silver", "moments", "select * from moments", [utc])
    assert verdict.outcome == "passed"


def test_many_rows_are_judged_where_they_lie(con: DuckDBPyConnection, monkeypatch: pytest.MonkeyPatch) -> None:
    """What does not fit in memory must be judged too, with the same verdicts."""
    with opened(con) as engine:
        small = engine.judge("silver", "rows", ROWS, EVERY_KIND)
        monkeypatch.setattr("expectations.engine.ROWS", 0)
        large = engine.judge("silver", "rows", ROWS, EVERY_KIND)
    assert small == large


@pytest.mark.parametrize("blank", ["name_es", "notes", "notes_es", "rows"])
def test_a_rule_says_what_it_means_in_both_languages_and_reads_what_is_judged(blank: str) -> None:
    """A warning that half of its readers cannot interpret, or one about other rows, is worse than none."""
    fit = {"name": "fit", "name_es": "apta", "notes": "Says.", "notes_es": "Dice.", "rows": "from {batch}"}
    assert Rule(**fit).name == "fit"  # type: ignore[arg-type]  # its texts alone
    with pytest.raises(ConfigRefused, match="fit"):
        Rule(**{**fit, blank: " "})  # type: ignore[arg-type]  # as above


def test_no_module_loads_the_engine_when_it_is_imported() -> None:
    """Its import takes seconds: a scheduler that parses files, or a person asking for help, must not wait (H23)."""
    packages = ("puyango", "streams", "transforms", "warehouse", "expectations", "dags")
    files = [file for package in packages for file in (ROOT / package).rglob("*.py")]
    guilty = [str(file) for file in files if "great_expectations" in loaded_at_once(ast.parse(file.read_text("utf-8")))]
    assert guilty == []
    assert "great_expectations" in loaded_at_once(ast.parse("try:\n import great_expectations as gx\nfinally: ..."))


def loaded_at_once(tree: ast.AST) -> set[str]:
    """Return the top-level packages that are loaded when the module is: not those in functions or for types only."""
    found: set[str] = set()
    for node in ast.iter_child_nodes(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda):
            continue
        if isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING":
            continue
        if isinstance(node, ast.Import):
            found |= {alias.name.split(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            found.add((node.module or "").split(".")[0])
        else:
            found |= loaded_at_once(node)
    return found
