"""Passages, seized items and readings: what several events of one thing amount to."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from tests.test_corpus import FOLDER
from tests.test_tables import events
from transforms import settle
from transforms.table import module

if TYPE_CHECKING:
    from transforms.table import Table

DAY = "2025-10-08"  # the day before the append time of records that tests make


def folded(name: str, *changes: dict[str, Any]) -> dict[str, Any]:
    """Return the one row that the family's valid example amounts to when it is sent with each of ``changes``."""
    asked: Table = module(name).TABLE
    text = (FOLDER / f"{asked.reads.name}.json").read_text(encoding="utf-8").replace("2026-03-01", DAY)
    example = json.loads(text, parse_float=Decimal)
    sent = [example | change for change in changes]
    (row,) = settle.whole(events(asked.reads, sent).lazy(), asked).collect().to_dicts()
    return row


def step(number: int, name: str, at: str) -> dict[str, Any]:
    return {"event_id": f"E-{number}", "step": name, "happened_at": f"{DAY}T{at}-05:00"}


STEPS = (
    step(1, "released", "10:30:00"),
    step(2, "queued", "09:00:30"),
    step(3, "called", "09:20:00"),
    step(4, "inspected", "09:50:15"),
)


def test_steps_in_any_order_are_one_passage_with_its_intervals() -> None:
    """Kills intervals that follow arrival order, and minutes cut to whole ones (F1)."""
    row = folded("passage", *STEPS)
    assert [str(row[name]) for name in ("queue_min", "inspection_min", "dwell_min")] == ["19.500", "30.250", "89.500"]
    assert (row["events_seen"], row["values_seen"], row["marks"]) == (4, 4, None)
    assert row["exited_at"] is None
    assert row["arrived_at"] == datetime(2025, 10, 8, 14, tzinfo=UTC)


def test_a_step_that_is_sent_again_counts_once_and_one_that_differs_is_conflicting() -> None:
    """VP, F1: the last word stands, and somebody must say which is right."""
    again = folded("passage", *STEPS, STEPS[0])
    assert (again["dwell_min"], again["marks"]) == (Decimal("89.500"), "repeated")
    other = folded("passage", *STEPS, step(5, "released", "11:00:30"))
    assert (other["dwell_min"], other["marks"]) == (Decimal("120.000"), "conflicting")


def test_a_release_before_the_queue_has_no_dwell_and_keeps_its_instants() -> None:
    """VP3, F2: a clock fault is left out of the interval, not made positive or zero."""
    row = folded("passage", step(1, "queued", "10:00:00"), step(2, "released", "09:30:00"))
    assert row["dwell_min"] is None
    assert row["released_at"] < row["queued_at"]


def test_an_operation_reported_by_two_agencies_is_one_item_in_two_versions() -> None:
    """SZ4, S2: a joint operation is counted once. Kills a key that holds the agency."""
    joint = {"agency": "customs", "report_edition": 2, "quantity": Decimal("12.600")}
    row = folded("seized_item", joint, {})
    assert (row["agency"], row["quantity"], row["versions_seen"]) == ("customs", Decimal("12.600"), 2)
    assert row["marks"] is None


def test_two_agencies_that_differ_in_one_edition_are_conflicting() -> None:
    """Two figures for one version cannot both be right; the same figure twice is a repetition."""
    assert folded("seized_item", {}, {"agency": "customs", "quantity": Decimal(13)})["marks"] == "conflicting"
    assert folded("seized_item", {}, {"agency": "customs"})["marks"] == "repeated"


def test_two_values_of_one_reading_are_conflicting_and_limits_are_kept() -> None:
    """BR7, B4: a non-detect keeps its limit and gets no value."""
    censored = {"censor": "below_detection", "value": None}
    row = folded("reading", {}, censored)
    assert (row["value"], row["detection_limit"], row["marks"]) == (None, Decimal("0.0001"), "conflicting")
