"""The read-only prompt: one question at a time, on what was published or on the lake, and nothing is written."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from puyango.errors import InputUnfit, UsageRefused, WatchdogFired
from puyango.settings import Settings
from streams.families.crossing_count import CONTRACT as COUNTS
from tests.landed import count
from tests.published import published, refine
from transforms import rebuild
from warehouse import query, register
from warehouse.question import QueryRefused

if TYPE_CHECKING:
    from collections.abc import Callable
    from contextlib import AbstractContextManager

    from duckdb import DuckDBPyConnection

    Door = Callable[[Settings, str], AbstractContextManager[DuckDBPyConnection]]

PAGE = Path(__file__).parent.parent / "docs" / "vintages.md"
JUNE = date(2019, 6, 1)
MOST = "select max(vehicle_reported_count) as most from vehicle_reported_count"
SLOW = "select count(*) from range(10000000) as a, range(10000000) as b where hash(a.range, b.range) = 1"
LIMIT_S = 60


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """Return the settings of a home with two vintages."""
    settings = Settings(home=tmp_path_factory.mktemp("story") / "home")
    published(settings, [count("2606", JUNE, 100)])
    published(settings, [count("2606", JUNE, 110)])
    return settings


def typed(settings: Settings, *arguments: str, sent: str = "") -> subprocess.CompletedProcess[str]:
    """Return what the command says."""
    program = [sys.executable, "-m", "puyango.cli", "sql", *arguments]
    environ = {**os.environ, "PUYANGO_HOME": str(settings.home)}
    return subprocess.run(program, env=environ, input=sent, capture_output=True, text=True, timeout=120, check=False)


def test_the_mart_is_asked_as_it_is_or_as_it_was_published(told: Settings) -> None:
    """The same question, a year apart, of the same vintage, has the same answer."""
    first, last = register.read(told)
    for name, most in (("", 110), (first.name, 100), (first.folder, 100), (last.name, 110)):
        with query.mart(told, name) as con:
            found = query.answer(con, MOST, LIMIT_S)
            assert found is not None
            assert found.fetchall() == [(most,)]


def test_the_lake_is_asked_as_it_is_or_at_the_snapshot_of_a_vintage(told: Settings) -> None:
    """All layers of then, for whoever must find out how a figure came about."""
    first, _ = register.read(told)
    asked = "select max(reported_count) from silver.reported_count"
    for name, most in (("", 110), (first.name, 100)):
        with query.lake(told, name) as con:
            found = query.answer(con, asked, LIMIT_S)
            assert found is not None
            assert found.fetchall() == [(most,)]


def test_an_unknown_vintage_is_answered_with_the_nearest(told: Settings) -> None:
    """Nobody types a vintage right at the first try."""
    first, _ = register.read(told)
    with pytest.raises(UsageRefused) as refused, query.mart(told, first.name.replace("-01-01T", "-01-02T")):
        pass
    assert first.name in refused.value.remedy
    assert "puyango vintages" in refused.value.remedy


def test_without_a_publication_the_message_says_what_to_run(settings: Settings) -> None:
    """Somebody will ask first."""
    with pytest.raises(InputUnfit, match="no mart") as refused, query.mart(settings, ""):
        pass
    assert "puyango publish" in refused.value.remedy
    with pytest.raises(UsageRefused, match="nothing is published"), query.mart(settings, "x"):
        pass


@pytest.mark.parametrize("door", [query.mart, query.lake])
@pytest.mark.parametrize(
    "asked",
    [
        "copy (select 1) to '{home}/f'",
        "create table t as select 1",
        "create temp table t as select 1; from t",
        "select 1; select 2",
        "attach '{home}/other.duckdb' as other",
        "install httpfs",
        "load '{home}/x'",
        "export database '{home}/out'",
        "detach lake",
        "drop table vehicle_reported_count",
        "select * from read_text('{home}/extracts/register.jsonl')",
        "select * from read_parquet('/etc/passwd')",
        "from lake.merge_adjacent_files()",
        "from ducklake_delete_orphaned_files('lake', cleanup_all => true)",
        "from \"ducklake_cleanup_old_files\" ('lake', cleanup_all => true)",
        "from query('select 1')",
        "call lake.set_option('parquet_compression', 'snappy')",
        "",
        "-- nothing",
        "set enable_external_access = true",
        "set threads = 1",
    ],
)
def test_nothing_but_one_question_is_answered(told: Settings, door: Door, asked: str) -> None:
    """O28: a door for everybody is read-only whatever is typed; what cannot be asked says why."""
    before = {path for path in told.home.rglob("*") if "spill" not in path.parts}
    with door(told, "") as con, pytest.raises(QueryRefused) as refused:
        query.answer(con, asked.format(home=told.home), LIMIT_S)
    assert refused.value.exit_code == 1
    after = {path for path in told.home.rglob("*") if path.suffix not in {".sqlite-shm", ".sqlite-wal"}}
    assert {path.name for path in after - before} <= {"catalog.sqlite-shm", "catalog.sqlite-wal"}


@pytest.mark.parametrize("asked", ["from nowhere", "selec 1"])
def test_what_the_engine_does_not_take_is_the_question_s_fault(told: Settings, asked: str) -> None:
    """A wrong name is no crash; the message says which names there are."""
    with query.mart(told, "") as con, pytest.raises(UsageRefused, match="the query cannot be"):
        query.answer(con, asked, LIMIT_S)


def test_what_an_economist_asks_is_one_question(told: Settings) -> None:
    """Variables, pivots, plans and descriptions write nothing."""
    with query.mart(told, "") as con:
        assert query.answer(con, "set variable least = 100", LIMIT_S) is None
        for asked in (
            "select getvariable('least');",
            "pivot vehicle_reported_count on measure in ('trucks') using sum(vehicle_reported_count);",
            "describe vehicle_reported_count",
            "summarize about",
            "explain from about",
            "show tables",
        ):
            found = query.answer(con, asked, LIMIT_S)
            assert found is not None
            assert found.fetchall()


def test_every_query_of_the_page_on_vintages_is_answered(told: Settings) -> None:
    """An example that does not run is worse than none."""
    (block,) = re.findall(r"^```sql\n(.*?)^```", PAGE.read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL)
    with query.mart(told, "") as con:
        for statement in con.extract_statements(block):
            assert query.answer(con, statement.query, LIMIT_S) is not None


def test_a_question_without_end_is_ended(told: Settings) -> None:
    """Every wait has an end (I12)."""
    with query.mart(told, "") as con, pytest.raises(WatchdogFired, match="no answer after"):
        query.answer(con, SLOW, 0.2)


def test_the_prompt_answers_what_is_sent_and_ends_at_the_first_fault(told: Settings) -> None:
    """A script that goes on after a wrong line answers another question."""
    done = typed(told, sent=f"set variable a = 1;\n{MOST}\n;\nselect getvariable('a') + 41 as sum")
    assert (done.returncode, done.stderr) == (0, "")
    assert "110" in done.stdout
    assert "42" in done.stdout
    failed = typed(told, sent="copy about to 'f';\nselect 4242 as later;")
    assert failed.returncode == 1
    assert "4242" not in failed.stdout
    assert "read-only" in failed.stderr


def test_one_query_is_answered_as_a_table(told: Settings) -> None:
    """The shortest way to a figure."""
    first, _ = register.read(told)
    done = typed(told, "--vintage", first.name, MOST)
    assert (done.returncode, done.stderr) == (0, "")
    assert "100" in done.stdout
    unknown = typed(told, "--vintage", "2020-01-01T00:00:00Z-01", MOST)
    assert unknown.returncode == 2
    assert first.name in unknown.stderr


def test_a_lake_made_anew_says_that_it_has_the_snapshot_no_more(tmp_path: Path) -> None:
    """The number exists again and means another state: answering would be worse than silence."""
    settings = Settings(home=tmp_path / "home")
    made = published(settings, [count("2606", JUNE, 100)])
    rebuild.rebuild(settings, [COUNTS.name], [refine])
    with pytest.raises(InputUnfit, match="made anew") as refused, query.lake(settings, made.name):
        pass
    assert f"puyango sql --vintage {made.name}" in refused.value.remedy
