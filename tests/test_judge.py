"""Judgement: one decision for a row, whichever way it took, and nothing lost on the way."""

from __future__ import annotations

import tracemalloc
from dataclasses import replace
from datetime import date, datetime
from hashlib import sha256
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import streams.families
from puyango.members import members
from puyango.settings import Settings
from streams import schema, strategies
from streams.contract import Case, Contract, Field
from streams.judging import json_text, literal
from streams.judging.horizon import appended
from streams.judging.judge import Judge
from streams.judging.reason import MARKS, REASONS
from streams.judging.row import RowJudge
from streams.privacy import seal
from streams.privacy.keys import Keyring
from streams.reading.log import Batch, Chain
from streams.reading.memory_log import APPENDED_MS, MemoryRecord
from tests import spellings

CHAIN = Chain("cluster", "topic-id", "t")
ODD = Contract(
    name="odd",
    version=1,
    says="Every kind and every rule of a field, also where no family has them yet.",
    source="none",
    licence="none",
    owner="tests",
    purpose="tests",
    thing=("place", "count", "side"),
    anchor="day",
    first_day="1950-01-01",
    due_days=2,
    lateness_days=365,
    retention_days=1,
    fields=(
        Field("place", "code", "No form at all."),
        Field("dotted", "code", "A form that matches nearly everything.", pattern="[^0]+"),
        Field("folded", "code", "A form wider than its case.", pattern="[A-Za-z]{2}", fold_case="upper"),
        Field("dashed", "code", "A form that a filler has too.", pattern="[-a-z/ ]*", required=False),
        Field("side", "code", "A list with a blank in it.", codes=("left", "right", " right"), required=False),
        Field("level", "code", "A filler that is also a code.", codes=("one", "six"), fillers=("six",), required=False),
        Field("remark", "text", "Public text.", fillers=("nada",)),
        Field("count", "whole", "Below zero too.", unit="1", most=120),
        Field("balance", "decimal", "Many digits.", unit="USD", precision=30, scale=3, required=False),
        Field("units", "decimal", "No decimals.", unit="1", precision=10, fillers=("0",), required=False),
        Field("day", "day", "Its day."),
        Field("born", "day", "A birth.", personal="year", lands_as="born_year", required=False),
        Field("seen_at", "instant", "Where recorded.", required=False),
    ),
    instant="seen_at",
    cases=(
        Case("side", ("left",), "units"),
        Case("side", ("right",), "level", codes=("one",)),
        Case("level", ("one",), "count", least=-1, most=100),
    ),
)
CONTRACTS: list[Contract] = [*(module.CONTRACT for module in members(streams.families)), ODD]
family = pytest.mark.parametrize("contract", CONTRACTS, ids=lambda contract: contract.name)
often = settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))


class Court:
    """Judges of all families under the same settings and keys."""

    def __init__(self, settings: Settings) -> None:
        """Open the keys."""
        self.settings = settings
        self.keyring = Keyring.open(settings)
        self._judges: dict[str, Judge] = {}

    def judge(self, contract: Contract) -> Judge:
        """Return the judge of ``contract``."""
        if contract.name not in self._judges:
            self._judges[contract.name] = Judge(contract, self.settings, self.keyring)
        return self._judges[contract.name]

    def frame(self, contract: Contract, records: list[MemoryRecord]) -> pl.DataFrame:
        """Return the judged rows of ``records``, put at offsets from 0 on."""
        batch = Batch(contract.topic, 3, 0, len(records), placed(records))
        return self.judge(contract).frame(CHAIN, batch)

    def opened(self, contract: Contract, row: dict[str, Any]) -> bytes:
        """Return what was sealed beside ``row``."""
        key = self.keyring.data_key(contract.name, row["known_at"].date())
        return seal.opened(key, seal.Coordinates.of(CHAIN, row["partition"], row["offset"]), row["sealed"])


@pytest.fixture(scope="module")
def court(tmp_path_factory: pytest.TempPathFactory) -> Court:
    """Return judges with the demo's keys."""
    return Court(Settings(keys=tmp_path_factory.mktemp("keys")))


def placed(records: list[MemoryRecord]) -> list[MemoryRecord]:
    """Return ``records`` at offsets from 0 on."""
    return [replace(record, offset=offset) for offset, record in enumerate(records)]


@family
@settings(often, max_examples=60)
@given(data=st.data())
def test_what_the_stencil_waves_through_lands_as_the_judge_of_rows_lands_it(
    court: Court, contract: Contract, data: st.DataObject
) -> None:
    """Two ways to one decision: a shortcut that is kinder than the judge would land what must be refused.

    Kills a stencil that forgets any one of: bounds, scale, minus zero, fillers, blanks, case, forms that reach
    beyond a quote, days that are not real, the horizon, the period's frequency, the key, the headers.
    """
    records = data.draw(spellings.near_misses(contract)) + data.draw(st.lists(spellings.damaged(contract), max_size=3))
    judge = court.judge(contract)
    found = judge.stencil.read(judge.sheet(Batch(contract.topic, 0, 0, len(records), records)))
    rows = RowJudge(contract, court.settings, court.keyring)
    for place in found["proven"].arg_true():
        row = rows.judged(records[place])
        assert (row.reasons, row.marks, row.withheld) == (None, None, {})
        assert found.drop("proven").row(place) == tuple(row.landed(field) for field in contract.fields)


@family
@often
@given(data=st.data())
def test_every_event_of_a_contract_lands_as_it_was_sent(court: Court, contract: Contract, data: st.DataObject) -> None:
    """The strategies that other tests draw from must be good events, and the fast way must be taken by them.

    Kills a judge that goes through floats, shifts an instant, or refuses at a bound.
    """
    events = data.draw(st.lists(strategies.events(contract), min_size=1, max_size=5))
    records = [strategies.record(contract, event) for event in events]
    rows = court.frame(contract, records)
    assert rows["reasons"].null_count() == rows.height
    for event, row in zip(events, rows.iter_rows(named=True), strict=True):
        assert set((row["marks"] or "late").split(";")) <= {"late", "late_beyond_policy"}
        assert row["anchor_day"] == date.fromisoformat(str(event[contract.anchor]))
        for field in contract.fields:
            if field.kind in ("code", "unit", "text", "whole", "decimal"):
                assert row[field.column] == event.get(field.name)
        instant = event.get(contract.instant)
        assert row.get(contract.instant) == (instant and datetime.fromisoformat(str(instant)))
    instants = [field.name for field in contract.fields if field.kind == "instant"]
    simple = [all(str(event.get(name) or "Z").endswith("Z") for name in instants) for event in events]
    judge = court.judge(contract)
    proven = judge.stencil.read(judge.sheet(Batch(contract.topic, 0, 0, len(records), records)))
    assert contract is ODD or proven["proven"].to_list() == simple


@family
@often
@given(data=st.data())
def test_any_spelling_of_an_event_lands_as_its_canonical_one(
    court: Court, contract: Contract, data: st.DataObject
) -> None:
    """Order of members, blanks, escapes and zeros at the end of a decimal are not data.

    Kills a parser that drops an escape, reads numbers as floats, or depends on the order of members.
    """
    record = data.draw(strategies.records(contract))
    rows = court.frame(contract, [record, data.draw(spellings.respelled(contract, record))])
    said = rows.drop("offset", "value_hash", "sealed")
    assert said.row(0) == said.row(1)


@family
@often
@given(data=st.data())
def test_nothing_is_lost_and_nothing_leaks_whatever_bytes_come(
    court: Court, contract: Contract, data: st.DataObject
) -> None:
    """A refused row keeps its place, its reasons and its exact bytes, and no value of it lands in clear.

    Kills a judge that crashes on damage, drops or reorders a row, cuts the bytes, or invents a reason.
    """
    damaged = data.draw(st.lists(spellings.damaged(contract), min_size=1, max_size=4))
    records = placed(damaged + data.draw(spellings.near_misses(contract)))
    rows = court.frame(contract, records)
    assert dict(rows.schema) == schema.segment(contract)
    for record, row in zip(records, rows.iter_rows(named=True), strict=True):
        digest = sha256(record.value or b"").digest()[:8]
        assert (row["offset"], row["known_at"]) == (record.offset, appended(record.timestamp))
        assert row["value_hash"] == int.from_bytes(digest, "big", signed=True)
        if row["reasons"] is None:
            assert row["anchor_day"] is not None
            continue
        assert {reason.partition("@")[0] for reason in row["reasons"].split(";")} <= REASONS.keys()
        assert [row[name] for name in (*schema.columns(contract.fields), "anchor_day")] == [None] * (
            len(contract.fields) + 1
        )
        assert (row["sealed"] and court.opened(contract, row)) == record.value
        assert {mark.partition("@")[0] for mark in (row["marks"] or "late").split(";")} <= set(MARKS)


@family
def test_ten_records_of_any_bytes_are_ten_rows(court: Court, contract: Contract) -> None:
    """One record that is not UTF-8 must not stop the columns of those beside it."""
    good = MemoryRecord(0, APPENDED_MS, None, b"{}")
    rows = court.frame(contract, [good, replace(good, value=b"\xff"), replace(good, value=None)])
    assert [str(reasons).split(";")[0] for reasons in rows["reasons"]] == ["unknown_type", "not_utf8", "tombstone"]


def test_an_empty_batch_is_an_empty_frame(court: Court) -> None:
    """A run of holes has no rows, and its segment still has its columns."""
    contract = CONTRACTS[0]
    assert court.frame(contract, []).schema == pl.Schema(schema.segment(contract))


def test_a_batch_that_cannot_be_unpacked_is_one_refused_row_per_offset_with_its_bytes_once(court: Court) -> None:
    """What the log promised to hold is counted, though nobody can read it."""
    contract = CONTRACTS[0]
    packed = [MemoryRecord(offset, APPENDED_MS, None, None if offset else b"packed") for offset in range(3)]
    batch = Batch(contract.topic, 3, 0, 3, packed, "oversize_decompressed")
    rows = court.judge(contract).frame(CHAIN, batch)
    assert rows["reasons"].to_list() == ["oversize_decompressed"] * 3
    assert court.opened(contract, rows.row(0, named=True)) == b"packed"
    assert rows["sealed"].null_count() == 2


def test_undeclared_and_withheld_values_are_sealed_as_they_were_written(court: Court) -> None:
    """An additive change loses nothing, down to the zeros of a number; names never become columns."""
    contract = next(contract for contract in CONTRACTS if contract.name == "crossing_count")
    body = (Path(__file__).parent / "corpus/crossing_count.json").read_bytes().strip()
    sent = body.replace(b"Jackman", b"DNI 00000042")[:-1] + b',"a.b":3.50,"x":{"y":[1e3,null]}}'
    row = court.frame(contract, [MemoryRecord(0, 1_772_409_600_000, None, sent)]).row(0, named=True)
    assert row["reasons"] is None
    assert row["marks"] == "extra_field;text_withheld@post_name"
    assert court.opened(contract, row) == b'{"post_name":"DNI 00000042","a.b":3.50,"x":{"y":[1e3,null]}}'


def test_append_times_that_go_back_are_marked_against_all_earlier_ones(court: Court) -> None:
    """The broker's clock was wrong; however batches are cut, the same rows are marked."""
    contract = next(contract for contract in CONTRACTS if contract.name == "crossing_count")
    body = (Path(__file__).parent / "corpus/crossing_count.json").read_bytes().strip()
    times = [1_772_500_000_000 + ms for ms in (0, 5, 4, 5, 6)]
    records = placed([MemoryRecord(0, time, None, body) for time in times])
    judge = court.judge(contract)
    whole = judge.frame(CHAIN, Batch(contract.topic, 0, 0, 5, records), latest=appended(0))
    cut = judge.frame(CHAIN, Batch(contract.topic, 0, 2, 5, records[2:]), latest=appended(times[1]))
    assert whole["marks"].to_list() == [None, None, "clock_suspect", None, None]
    assert cut["marks"].to_list() == whole["marks"].to_list()[2:]
    assert judge.frame(CHAIN, Batch(contract.topic, 0, 0, 5, records))["marks"].null_count() == 5


@pytest.mark.parametrize(
    ("text", "longest", "expected"),
    [
        ("S/ 1 200", 40, "bad_number"),
        ("1_0", 40, "bad_number"),
        ("\u0661", 40, "bad_number"),
        ("+1", 40, "bad_number"),
        ("01", 40, "bad_number"),
        ("1.", 40, "bad_number"),
        ("1.0", 40, "wrong_type"),
        ("9" * 5000, 10_000, "out_of_range"),
        ("9" * 41, 40, "bad_number"),
    ],
)
def test_a_whole_number_is_matched_before_it_is_converted(text: str, longest: int, expected: str) -> None:
    """Generous parsers read 10 in ``1_0``, and take long over five thousand digits (N5, N11, N12)."""
    assert literal.whole(text, longest) == (None, (expected,))


def test_depth_and_keys_are_bounded_before_they_cost_anything() -> None:
    """100,000 levels may not exhaust the stack, nor a million keys the memory (E15, E16)."""
    generous = Settings(record_bytes=32 * 1024 * 1024)
    tracemalloc.start()
    for hostile, reason in (
        (b'{"a":' * 100_000, "too_deep"),
        (b"[" * 1_000_000 + b"]" * 1_000_000, "too_deep"),
        (b'{"a":"' + b'\\"' * 500_000, "not_json"),
        (b"{" + b",".join(b'"%d":0' % n for n in range(100_000)) + b"}", "too_large"),
    ):
        with pytest.raises(json_text.Unreadable, match=reason):
            json_text.tree(hostile, generous)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 64 * 1024 * 1024
