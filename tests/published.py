"""Vintages for tests: events that land, go through the real hops, and are published."""

from __future__ import annotations

import shutil
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import duckdb
import pytest

from puyango.settings import Settings
from streams.families.crossing_count import CONTRACT as COUNTS
from streams.families.trade_report import CONTRACT as TRADE
from tests.landed import count, land
from tests.settled import trade
from transforms import collect, lake, ops, settle
from transforms.table import declared
from warehouse import build, publish
from warehouse.indicator import indicators

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from streams.contract import Contract
    from warehouse.vintage import Vintage

JUDGED = "insert into ops.verdict values (?, 'bronze', ?, 'conservation', 'critical', 'passed', 0, 1, '')"
JUNE, JULY = date(2019, 6, 1), date(2019, 7, 1)


def bring(settings: Settings, rows: Sequence[Mapping[str, object]], contract: Contract = COUNTS) -> None:
    """Land ``rows`` and take them to gold; their family is entered as judged, no rule is asked."""
    land(settings, rows, contract)
    collect.pending(settings, contract.name)
    judged(settings, contract)
    refine(settings)


def judged(settings: Settings, contract: Contract = COUNTS) -> None:
    """Enter what was collected of a family as judged."""
    with lake.committing(settings, "test: judged") as con:
        con.execute(JUDGED, [ops.batch(con), contract.name])


def line(value: str, product: str = "84", containerised: str = "_Z") -> dict[str, object]:
    """Return the event of one trade line of January 2022; lines of a product add up to one figure."""
    fields = trade(value, date(2022, 1, 1), source="us_transborder", product=product, containerised=containerised)
    names = {field.column for field in TRADE.fields}
    told = {name: given for name, given in fields.items() if name in names}
    return {**told, "value_usd": Decimal(value), "period": "2022-01"}


def refine(settings: Settings) -> None:
    """Settle and build what is stale and not held."""
    for each in declared().values():
        if made := settle.draft(settings, each.TABLE):
            settle.replace(settings, made)
    for indicator in indicators():
        if built := build.draft(settings, indicator):
            build.replace(settings, built)


def held(settings: Settings, layer: str, table: str, why: str = "totals differ") -> None:
    """Let a check stop the table."""
    with lake.committing(settings, "test: hold") as con:
        con.execute("insert into ops.held values (?, ?, ?, ?)", [layer, table, ops.batch(con), why])


def freed(settings: Settings) -> None:
    """Let nothing be stopped any more."""
    with lake.committing(settings, "test: free") as con:
        con.execute("delete from ops.held")


def published(settings: Settings, rows: Sequence[Mapping[str, object]], contract: Contract = COUNTS) -> Vintage:
    """Bring ``rows`` and publish what the lake says then."""
    bring(settings, rows, contract)
    return publish.publish(settings)


def asked(mart: Path, query: str, parameters: Sequence[object] = ()) -> list[tuple[Any, ...]]:
    """Return what a plain read-only DuckDB finds in the file."""
    with duckdb.connect(str(mart), read_only=True) as con:
        return con.execute(query, list(parameters)).fetchall()


@pytest.fixture(scope="session")
def story(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a home with one vintage, and news that are in gold and not published."""
    settings = Settings(home=tmp_path_factory.mktemp("story") / "home")
    published(settings, [count("2606", JUNE, 100), count("2304", JUNE, 50)])
    bring(settings, [count("2606", JUNE, 110), count("2402", JUNE, 7)])
    return settings.home


@pytest.fixture
def told(story: Path, tmp_path: Path) -> Settings:
    """Return the settings of a copy of the story."""
    shutil.copytree(story, tmp_path / "home", symlinks=True)
    return Settings(home=tmp_path / "home")
