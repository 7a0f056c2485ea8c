"""The mart: what everyone may open, complete, explained, and never half a version."""

from __future__ import annotations

import subprocess
import sys
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import duckdb
import pytest

from puyango import __version__
from puyango.settings import Settings
from streams.sources.source import sources
from tests.settled import put, trade
from transforms import lake
from warehouse import build, mart, publish, register
from warehouse.indicator import indicators

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

JANUARY, JUNE = date(2022, 1, 1), date(2024, 6, 5)
KNOWN = datetime(2026, 3, 1, tzinfo=UTC)
PLAIN = KNOWN.replace(tzinfo=None)
SAMPLE = "ec_inec_esi"
WARNED = ("warning", "failed", 2, 3, "The last one stands.")
ALL = indicators()
TABLES = {"post", "country", "fcl_item", "hs_chapter", "unit", "rule", "source", "catalogue", "revision", "about"}


def desk(event: str, coverage: str) -> dict[str, str | date]:
    """Return one crossing recorded at a desk."""
    source = {"sample": SAMPLE}.get(coverage, coverage)
    desk: dict[str, str | date] = {"source": source, "administration": "EC", "coverage": coverage, "event_id": event}
    return desk | {"crossing_day": JUNE, "direction": "entry", "post": "macara", "nationality": "PE"}


def line(value: str, product: str, **others: str) -> dict[str, Any]:
    """Return one trade line of a source that ships."""
    return trade(value, JANUARY, source="us_transborder", product=product, **others)


def fill(settings: Settings, value: str) -> None:
    """Bring trade of three products at two posts, and crossings that may and may not be published, into gold."""
    lines = [line(value, "84"), line("20.00", "85", post="2402"), line("30.00", "86")]
    put(settings, "reported_trade", lines, [JANUARY], KNOWN)
    put(settings, "crossing", [desk("1", "sample"), desk("2", "full"), desk("3", "full")], [JUNE], KNOWN)
    for each in ALL:
        if draft := build.draft(settings, each):
            build.replace(settings, draft)


@pytest.fixture(scope="module")
def published(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """Return the settings of a lake whose mart is published."""
    settings = Settings(home=tmp_path_factory.mktemp("home"))
    lake.create(settings)
    fill(settings, "50.00")
    with lake.committing(settings, "test: verdicts") as con:
        for rule, batch in (("old", 1), ("values agree", 2)):
            row = (batch, "silver", "reported_trade", rule, *WARNED)
            con.execute("insert into ops.verdict values (?, ?, ?, ?, ?, ?, ?, ?, ?)", row)
        con.execute(
            "insert into ops.verdict values (2, 'silver', 'reported_trade', 'fine', 'warning', 'passed', 0, 3, '')"
        )
    publish.publish(settings)
    return settings


def asked(path: Path, query: str, parameters: Sequence[object] = ()) -> list[tuple[object, ...]]:
    """Return what a plain read-only DuckDB finds in the file."""
    with duckdb.connect(str(path), read_only=True) as con:
        return con.execute(query, list(parameters)).fetchall()


def filled(settings: Settings) -> list[str]:
    """Return the names of the indicators that have figures in the mart."""
    return [row["indicator"] for row in mart.contents(settings.mart) if row["rows"]]


def test_every_table_and_column_is_explained_in_both_languages(published: Settings) -> None:
    """A column without a unit is the one thing that an economist must never meet."""
    tables = "select table_name, '', comment from duckdb_tables()"
    columns = "select table_name, column_name, comment from duckdb_columns() where not internal"
    found = asked(published.mart, f"{tables} union all {columns}")
    assert len(found) > 100
    assert [(table, column) for table, column, comment in found if " — " not in str(comment)] == []


def test_plain_duckdb_reads_it_without_extensions_or_network(published: Settings) -> None:
    """The door for everyone: one file, and the DuckDB that came with R or Python ten months ago."""
    query = "select indicator, title_es, rows, as_of from catalogue where rows > 0 order by all"
    program = "import duckdb, sys; sys.modules['pytz'] = None; con = duckdb.connect(sys.argv[1], read_only=True, "
    program += "config={'autoload_known_extensions': 'false', 'autoinstall_known_extensions': 'false', "
    program += "'enable_external_access': 'false'}); print(len(con.sql(sys.argv[2]).fetchall()))"
    done = subprocess.run(  # the interpreter of this test, with arguments of its own
        [sys.executable, "-c", program, str(published.mart), query], capture_output=True, text=True, check=True
    )
    assert int(done.stdout) == len(filled(published)) > 1


def test_there_is_a_table_for_every_indicator_and_code_list(published: Settings) -> None:
    """An indicator without data yet is an empty table, so that a query written today works tomorrow."""
    found = {str(name) for (name,) in asked(published.mart, "select table_name from duckdb_tables()")}
    assert found == {each.id for each in indicators()} | TABLES
    assert asked(published.mart, "select count(*) from vehicle_reported_count") == [(0,)]


def test_ratios_are_rounded_once_and_money_is_not(published: Settings) -> None:
    """V7, published: 0.38 on four decimals and a share on one; the lake keeps all digits (C9)."""
    (row,) = asked(published.mart, "select trade_product_hhi, effective_products, value_usd from trade_product_hhi")
    assert row == (Decimal("0.3800"), Decimal("2.6"), Decimal("100.00"))
    shares = asked(published.mart, "select post, trade_post_share_pct from trade_post_share_pct order by post")
    assert shares == [("2304", Decimal("80.0")), ("2402", Decimal("20.0"))]
    with lake.reading(published) as con:
        (exact,) = con.execute("select effective_products from gold.trade_product_hhi").fetchall()[0]
    assert exact == pytest.approx(50 / 19, abs=1e-12)


@pytest.mark.parametrize(
    ("value", "decimals", "expected"),
    [("2.5", 0, "3"), ("-2.5", 0, "-3"), ("0.125", 2, "0.13"), ("-0.125", 2, "-0.13"), ("33.35", 1, "33.4")],
)
@pytest.mark.parametrize("kind", ["double", "decimal(18, 6)"])
def test_halves_are_rounded_away_from_zero(value: str, decimals: int, expected: str, kind: str) -> None:
    """V18: half to even would publish 2, -2 and 0.12."""
    with duckdb.connect() as con:
        (found,) = con.execute(f"select {mart.rounded(f'{value}::{kind}', decimals)}").fetchall()[0]
    assert found == Decimal(expected)


def test_what_is_not_for_publication_stays_in_the_lake(published: Settings) -> None:
    """Until there is disclosure control, the mart holds only what its source has published itself (D10)."""
    assert asked(published.mart, "select source, people_crossings from people_crossings order by freq") == [
        (SAMPLE, 1),
        (SAMPLE, 1),
    ]
    assert asked(published.mart, "select rows, withheld from catalogue where indicator = 'people_crossings'") == [
        (2, 2)
    ]


def test_the_catalogue_says_all_that_a_header_says(published: Settings) -> None:
    """Title, unit, grain, rules, source, licence, caveat: whoever has the file has them too (C19)."""
    rows = mart.contents(published.mart)
    assert [row["indicator"] for row in rows] == sorted(each.id for each in indicators())
    share = next(row for row in rows if row["indicator"] == "trade_post_share_pct")
    assert share["denominator_es"].startswith("Todos los puestos con datos")
    assert (share["unit"], share["reads"]) == ("pct", ["gold.trade_value_usd"])
    assert share["unit_es"].startswith("por ciento")
    optional = {"denominator_en", "denominator_es", "held", "first_period", "last_period", "as_of"}
    optional |= {"publishers", "licence"}  # of what has no rows, or none of a source that ships
    assert [name for row in rows for name, value in row.items() if value is None and name not in optional] == []


def test_only_sources_whose_figures_are_here_are_named(published: Settings) -> None:
    """A licence of data that are not in the file is a duty that nobody has, and one that is missing a breach (C19)."""
    columns = "publishers, licence, extents"
    (share,) = asked(published.mart, f"select {columns} from catalogue where indicator = 'trade_post_share_pct'")
    shipped = sources()["us_transborder"]
    assert share == (shipped.publisher, shipped.licence, ["us_transborder, M: 2022-01-01 to 2022-01-01"])
    found = asked(published.mart, "select source, publisher from source order by all")
    assert found == [(name, sources()[name].publisher) for name in (SAMPLE, "us_transborder")]
    counted = asked(published.mart, "select (select sum(rows) from source) = (select rows from about)")
    assert counted == [(True,)]


def test_warnings_reach_the_reader_of_every_indicator_that_they_touch(published: Settings) -> None:
    """Two values of one count stop nothing; whoever reads the mart alone must still be able to know (P16)."""
    found = {row["indicator"]: row["warnings"] for row in mart.contents(published.mart)}
    said = ["silver.reported_trade: values agree (2 of 3). The last one stands."]
    assert [found[name] for name in ("trade_value_usd", "trade_post_share_pct")] == [said, said]
    assert found["people_crossings"] == []


def test_units_and_rules_are_explained(published: Settings) -> None:
    """A code without its meaning sends an economist to the source of the program."""
    units = {unit for (unit,) in asked(published.mart, "select unit from unit")}
    stated = {column.unit for each in ALL for column in each.header.columns} | {each.header.unit for each in ALL}
    assert stated - {""} - units == set()
    asking = "select distinct unnest(method) from catalogue except select rule from rule"
    assert asked(published.mart, asking) == []


def test_about_says_what_the_file_was_made_from(published: Settings) -> None:
    """A figure that is questioned in a year must lead back to a vintage, a snapshot and a version (I9)."""
    columns = "kind, vintage, as_of = ?, code_version, lake_snapshot > 0, indicators, held"
    (made,) = register.read(published)
    said: tuple[object, ...] = ("publication", made.name, True, made.code_version, True, len(filled(published)), [])
    assert asked(published.mart, f"select {columns} from about", [PLAIN]) == [said]
    assert made.code_version.startswith(f"{__version__}+")
