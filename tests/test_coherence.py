"""What fields say of one another is judged alike on the fast way and by the judge of rows."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest

from streams import strategies
from streams.families import basin_reading, seizure, vehicle_passage
from streams.reading.log import Batch, Chain
from tests.test_corpus import FOLDER
from tests.test_tables import judge

if TYPE_CHECKING:
    from streams.contract import Contract

CHAIN = Chain("cluster", "topic", "t")
READING, SEIZURE, PASSAGE = (module.CONTRACT for module in (basin_reading, seizure, vehicle_passage))
DAY = "2025-10-08"  # the day before the append time of records that tests make
AMMUNITION = {"item_class": "ammunition", "quantity_unit": "rounds", "quantity": 40}
WITHOUT_LIMIT = {"censor": "below_detection", "detection_limit": None}
FLOW = {"parameter": "flow", "fraction": "_Z", "value_unit": "m3/s"}


def reasons(contract: Contract, change: dict[str, Any]) -> str | None:
    """Return what is found about the family's valid example with ``change``, written as ``puyango replay`` does."""
    text = (FOLDER / f"{contract.name}.json").read_text(encoding="utf-8").replace("2026-03-01", DAY)
    sent = strategies.record(contract, json.loads(text, parse_float=Decimal) | change)
    found = judge(contract.name).frame(CHAIN, Batch(contract.topic, 0, 0, 1, [sent]))["reasons"].item()
    return None if found is None else str(found)


@pytest.mark.parametrize(
    ("contract", "change", "expected"),
    [
        (SEIZURE, {}, None),
        (SEIZURE, AMMUNITION, None),
        (SEIZURE, AMMUNITION | {"quantity_unit": "kg"}, "bad_unit@quantity_unit"),
        (SEIZURE, {"quantity": 1_000_000}, None),
        (SEIZURE, {"quantity": 1_000_001}, "out_of_range@quantity"),
        (SEIZURE, AMMUNITION | {"quantity": 1_000_001}, None),
        (SEIZURE, {"item_class": "firearm", "quantity_unit": "pieces"}, "inconsistent@trace_status"),
        (READING, WITHOUT_LIMIT, "inconsistent@detection_limit"),
        (READING, FLOW | {"value": 0}, None),
        (READING, FLOW | {"value": -1}, "out_of_range@value"),
        (READING, FLOW | {"value": -1, "parameter": "flow_backwater"}, None),
        (PASSAGE, {}, None),
        (PASSAGE, {"direction": "PE-EC"}, None),
        (PASSAGE, {"direction": "PE-PE"}, "inconsistent@direction"),
        (PASSAGE, {"happened_at": f"{DAY}T13:59:59Z"}, "inconsistent@happened_at"),
        (PASSAGE, {"happened_at": f"{DAY}T14:00:00Z"}, None),
    ],
)
def test_a_row_that_contradicts_itself_is_refused_however_it_is_written(
    contract: Contract, change: dict[str, Any], expected: str | None
) -> None:
    """Canonical bytes take the fast way. Kills a proof that forgets a case, and a bound that is off by one."""
    assert reasons(contract, change) == expected


def test_a_seizure_without_fault_takes_the_fast_way() -> None:
    """Else the proofs of the cases above would never be asked."""
    text = (FOLDER / "seizure.json").read_text(encoding="utf-8").replace("2026-03-01", DAY)
    sent = strategies.record(SEIZURE, json.loads(text, parse_float=Decimal))
    judging = judge(SEIZURE.name)
    assert judging.stencil.read(judging.sheet(Batch(SEIZURE.topic, 0, 0, 1, [sent])))["proven"].to_list() == [True]
