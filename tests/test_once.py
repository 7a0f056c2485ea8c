"""The very DAGs, run once without a scheduler: what a demo does, and what it says when something is wrong."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import duckdb
import pytest

from dags import once, overdue
from puyango.errors import ChainBroken
from streams.families.traveller_crossing import CONTRACT as TRAVELLERS
from tests.landed import Row, land
from transforms import lake
from transforms.table import declared

if TYPE_CHECKING:
    from dags.once import Ran
    from puyango.settings import Settings

DAY = date(2025, 3, 9)

pytestmark = pytest.mark.airflow


def traveller(event: str) -> Row:
    """Return the event of one person who crossed."""
    return {
        "administration": "EC",
        "event_id": event,
        "source": "ec_inec_esi",
        "coverage": "sample",
        "crossing_day": DAY,
        "direction": "entry",
        "post": "huaquillas",
        "mode": "road",
        "nationality": "PE",
    }


def test_the_dags_take_what_has_landed_to_a_publication_and_name_what_is_broken(settings: Settings) -> None:
    """A demo that calls other code than Airflow runs would show nothing of Airflow; its errors keep kind and remedy."""
    first = land(settings, [traveller("1"), traveller("2")], contract=TRAVELLERS)
    heard: list[Ran] = []
    done = once.run_all(settings, heard.append)
    assert heard == done
    assert [each.dag for each in done] == once.order()
    tasks = {each.dag: each.tasks for each in done}
    tables = sum(each.TABLE.reads == TRAVELLERS for each in declared().values())
    assert (tasks["silver_traveller_crossing"], tasks["silver_trade_report"]) == (1 + 3 * tables, 1)
    assert overdue.dags(settings) == []
    with lake.reading(settings) as con:
        asked = "select sum(people_crossings)::int from gold.people_crossings where freq = 'M'"
        assert con.execute(asked).fetchone() == (2,)
    with duckdb.connect(str(settings.mart), read_only=True) as mart:
        assert mart.execute(asked.replace("gold.", "")).fetchone() == (2,)
    land(settings, [traveller("3")], contract=TRAVELLERS)
    first.path.unlink()
    with pytest.raises(ChainBroken, match="missing") as broken:
        once.run_all(settings)
    assert broken.value.remedy
