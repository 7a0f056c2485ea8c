"""The read-only doors: what a person may ask, and every spelling of what nobody may do through them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import duckdb
import pytest

from puyango.errors import UsageRefused
from warehouse.question import QueryRefused, judge

if TYPE_CHECKING:
    from collections.abc import Iterator

    from duckdb import DuckDBPyConnection


@pytest.fixture
def con() -> Iterator[DuckDBPyConnection]:
    with duckdb.connect() as con:
        con.execute("create table t as select 1 as a, 'x' as b")
        yield con


@pytest.mark.parametrize(
    "asked",
    [
        "from t",
        "select a, count(*) from t group by all -- by a",
        "with x as (from t) from x;",
        "pivot t on b in ('x') using sum(a)",
        "explain from t",
        "explain analyze select * from t",
        "set variable seen = (select max(a) from t)",
        "show tables",
        "summarize t",
        "from duckdb_columns()",
        "from range(3)",
    ],
)
def test_a_question_is_let_pass(con: DuckDBPyConnection, asked: str) -> None:
    """An economist must not be kept from asking."""
    judge(con, asked)


@pytest.mark.parametrize(
    "asked",
    [
        "insert into t values (2, 'y')",
        "drop table t",
        "from t; drop table t",
        "copy (from t) to 'x.csv'",
        "explain analyze copy (from t) to 'x.csv'",
        "explain analyze /* a */ insert into t values (2, 'y')",
        "explain (analyze) copy (from t) to 'x.csv'",
        "attach 'x.db'",
        "call checkpoint()",
        "set variable x = (select count(*) from ducklake_cleanup_old_files('lake', cleanup_all => true))",
        "select * from ducklake_cleanup_old_files/**/('lake', cleanup_all => true)",
        "from \"Ducklake_Expire_Snapshots\"('lake')",
        "select (select count(*) from query/**/('drop table t'))",
        "with x as (from sqlite_scan('airflow.db', 'connection')) from x",
        "from sqlite_query('catalog.sqlite', 'delete from ducklake_snapshot')",
        "from read_text('secret')",
        "from glob('*')",
        "from duckdb_secrets()",
        "pragma version",
        "set lock_configuration = false",
    ],
)
def test_what_is_no_question_is_refused_in_every_spelling(con: DuckDBPyConnection, asked: str) -> None:
    """A door that says read-only and deletes a file is worse than none."""
    with pytest.raises((QueryRefused, UsageRefused)):
        judge(con, asked)
