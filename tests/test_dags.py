"""The DAGs as Airflow sees them: drawn from the declarations, read without an engine, and saying what they do."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import streams.families
from dags import declared, key, once, prose
from dags.service.database import POOL
from puyango.errors import InputUnfit
from puyango.members import members
from tests.bag import load
from transforms import table
from warehouse.header import headers
from warehouse.indicator import indicators

if TYPE_CHECKING:
    from tests.bag import Bag

ENGINES = {"polars", "duckdb", "pyarrow", "great_expectations", "kafka", "pandas", "numpy"}
WRITERS = {"collect", "settle", "judge", "replace", "build", "publish", "maintain"}


@pytest.fixture(scope="module")
def bag(tmp_path_factory: pytest.TempPathFactory) -> Bag:
    """Return what a fresh process finds, once for all tests of this file."""
    return load(tmp_path_factory.mktemp("bag"))


@pytest.mark.airflow
def test_reading_the_dag_files_loads_no_engine(bag: Bag) -> None:
    """Airflow reads them every few minutes and in every task: an engine at the top is paid for each time."""
    assert not bag["errors"]
    assert set() == ENGINES & set(bag["loaded"])


@pytest.mark.airflow
def test_there_is_a_dag_for_each_family_and_group_and_three_more(bag: Bag) -> None:
    """What is declared runs, and nothing is listed by hand."""
    silver = {f"silver_{module.CONTRACT.name}" for module in members(streams.families)}
    gold = {f"gold_{header.group}" for header in headers()}
    assert set(bag["dags"]) == silver | gold | {"publish", "maintenance", "sweep"}


@pytest.mark.airflow
def test_a_new_family_runs_the_day_it_is_declared(tmp_path: Path) -> None:
    """A family is one contract and one table: whoever adds them should not have to know Airflow."""
    family = Path(streams.families.__path__[0], "traveller_crossing.py").read_text(encoding="utf-8")
    (tmp_path / "families").mkdir()
    (tmp_path / "tables").mkdir()
    text = family.replace('name="traveller_crossing"', 'name="river_reading"')
    (tmp_path / "families" / "river_reading.py").write_text(text, encoding="utf-8")
    (tmp_path / "tables" / "reading.py").write_text("from streams.families import river_reading\n", encoding="utf-8")
    found = load(tmp_path, tmp_path / "families", tmp_path / "tables")
    assert found["dags"]["silver_river_reading"]["assets"] == ["puyango://bronze/river_reading"]


@pytest.mark.airflow
def test_every_dag_and_task_says_in_both_languages_what_it_does(bag: Bag) -> None:
    """The operator reads one, the auditor the other; both look at the same screen."""
    for name, dag in bag["dags"].items():
        for where, text in {
            name: dag["doc"],
            **{f"{name}.{task}": each["doc"] for task, each in dag["tasks"].items()},
        }.items():
            assert re.search(r"[a-z]{3}.* (the|of|is) ", text), where
            assert re.search(r"\*[^*]* (los|las|lo|del|de) [^*]*\*", text), where
        assert dag["tags"], name


@pytest.mark.airflow
def test_every_task_has_an_owner_and_is_soon_tried_again(bag: Bag) -> None:
    """Airflow's own delay is five minutes, and nobody is called "airflow"."""
    for name, dag in bag["dags"].items():
        assert dag["catchup"] is False, name
        for task, each in dag["tasks"].items():
            assert each["retries"] >= 3, f"{name}.{task}"
            assert each["owner"] != "airflow", f"{name}.{task}"
            assert each["delay_s"] <= 60, f"{name}.{task}"


@pytest.mark.airflow
def test_all_writers_take_the_pool_of_one_slot(bag: Bag) -> None:
    """Two writers of the lake would only wait for one another's lock, and fail when that takes too long."""
    pools = {task: each["pool"] for dag in bag["dags"].values() for task, each in dag["tasks"].items()}
    assert {task for task, pool in pools.items() if pool == POOL} == WRITERS


@pytest.mark.airflow
def test_what_silver_tells_is_what_gold_listens_to(bag: Bag) -> None:
    """A group that listens to the wrong family would be woken by the sweep alone."""
    told = {uri for dag in bag["dags"].values() for each in dag["tasks"].values() for uri in each["outlets"]}
    heard = {name: dag["assets"] for name, dag in bag["dags"].items() if dag["assets"]}
    for name, uris in heard.items():
        assert all(uri in told or uri.startswith("puyango://bronze/") for uri in uris), name
    assert heard["gold_people"] == ["puyango://silver/crossing_count", "puyango://silver/traveller_crossing"]
    assert all(bag["dags"][name]["timetable"] == "PartitionedAssetTimetable" for name in heard)


def test_the_text_of_declarations_says_what_the_declarations_say() -> None:
    """DAGs are drawn from text so that no engine loads; a guess that is wrong would leave a table unsettled."""
    assert declared.families() == {name: module.TABLE.reads.name for name, module in table.declared().items()}
    for each in indicators():
        silver, gold = declared.reads(each.header.group)
        assert {declared.families()[name] for name in each.reads_from("silver")} <= set(silver)
        assert {above.header.group for above in each.above} - {each.header.group} <= set(gold)


def test_dags_run_once_in_an_order_in_which_nothing_is_read_before_it_is_made() -> None:
    """A demo that builds before it settles shows yesterday's figures."""
    order = once.order()
    assert order[-1] == "publish"
    assert all(
        order.index(f"silver_{family}") < order.index(f"gold_{group}")
        for group in declared.groups()
        for family in declared.reads(group)[0]
    )


def test_prose_keeps_to_both_languages() -> None:
    """A text that was forgotten in one language is an empty screen for half of the readers."""
    for header in headers():
        text = prose.gold(header.group, [header])
        assert header.title_en in text
        assert header.title_es in text


HOSTILE = (
    "",
    "../../etc/passwd",
    "2026-11-24/../../x",
    "'; DROP TABLE ops.segment; --",
    "{{ conn.lake }}",
    "$(touch /tmp/x)",
    "<script>alert(1)</script>",
    "2026-11-24\n2026-11-25",
    "2026-11-24 ",
    "\uff12\uff10\uff12\uff16-11-24",
    "2026-02-30",
    "2026-13-01",
    "2026-11-24--2026-11-01",
    "0001-01-01--9999-12-31",
    "\x1b[2J2026-11-24",
    "\u202e42-11-6202",
    "2026-11-24T12:00:00",
    "x" * 250,
)


@pytest.mark.parametrize("text", HOSTILE)
def test_what_is_no_key_is_refused_and_quoted_so_that_nothing_obeys_it(text: str) -> None:
    """A key comes from outside and ends in logs, pages and, if taken for a day, in queries and paths."""
    with pytest.raises(InputUnfit) as refused:
        key.days(text)
    assert refused.value.what.isprintable()
    assert all(sign.isascii() or sign == "…" for sign in refused.value.what)
    assert len(refused.value.what) < 400


@given(st.text(max_size=40))
def test_any_text_is_days_or_refused(text: str) -> None:
    """Nothing in between: no other error, no day that the text did not say."""
    try:
        found = key.days(text)
    except InputUnfit:
        return
    assert found
    assert text[:10] == found[0].isoformat()


@given(st.dates(), st.integers(0, 400))
def test_a_span_says_its_days(first: Any, more: int) -> None:  # noqa: ANN401 - a day of any year
    """What silver tells gold is read by the same rule that wrote it."""
    try:
        days = [first.fromordinal(first.toordinal() + step) for step in range(more + 1)]
    except ValueError:
        return
    assert key.days(key.spanning(days)) == days


def test_no_key_means_all_that_is_stale() -> None:
    """A manual run, the sweep and a test carry none."""
    assert key.days(None) is None
    assert key.days("2026-11-24T00:00:00") == key.days("2026-11-24")
