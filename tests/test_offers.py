"""Offered files: a user's own CSV, Parquet or NDJSON is judged whole, then sent, exactly as it stands."""

from __future__ import annotations

import gzip
import json
from collections import Counter
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

import polars as pl
import pytest
from hypothesis import given
from hypothesis import settings as bounded
from hypothesis import strategies as st

import streams.families
from puyango.errors import InputUnfit
from puyango.members import members
from puyango.settings import Settings
from streams import event, strategies
from streams.families import crossing_count, trade_report, traveller_crossing
from streams.offers.offer import Offer
from streams.sources.delivery import send
from tests.outlets import STEPS, CrashError, Topic, fuse

if TYPE_CHECKING:
    from collections.abc import Sequence

    from streams.contract import Contract
    from streams.event import Value

CONTRACTS = [module.CONTRACT for module in members(streams.families)]
COUNTS, TRADE, TRAVELLERS = crossing_count.CONTRACT, trade_report.CONTRACT, traveller_crossing.CONTRACT
CORPUS = Path(__file__).parent / "corpus"
NOW = datetime(2026, 11, 24, tzinfo=UTC)
KINDS = ["csv", "csv.gz", "parquet", "ndjson", "jsonl.gz"]


def example(contract: Contract, **others: object) -> dict[str, object]:
    """Return the valid example of the family, in parts replaced."""
    told = json.loads((CORPUS / f"{contract.name}.json").read_text("utf-8"), parse_float=Decimal)
    return {name: value for name, value in {**told, **others}.items() if value is not None}


def offer(contract: Contract, path: Path) -> Offer:
    return Offer(contract, path, Settings(), NOW, lambda _: None)


def write(contract: Contract, rows: Sequence[dict[str, Value]], path: Path) -> None:
    """Write ``rows`` as the kind of file that its name says."""
    names = [field.name for field in contract.fields if any(row.get(field.name) is not None for row in rows)]
    if path.name.endswith("parquet"):
        types = {"whole": pl.Int64(), "decimal": None, "day": pl.String()}
        columns = {
            name: pl.Series(name, [row.get(name) for row in rows], types.get(contract[name].kind, pl.String()))
            for name in names
        }
        pl.DataFrame(columns).write_parquet(path)
        return
    if "csv" in path.name:
        frame = pl.DataFrame({name: [_cell(row.get(name)) for row in rows] for name in names}, schema_overrides={})
        content = frame.write_csv().encode()
    else:
        content = b"".join(event.body(contract, row) + b"\n" for row in rows)
    path.write_bytes(gzip.compress(content) if path.name.endswith("gz") else content)


def _cell(value: Value) -> str | None:
    return None if value is None else str(value)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("contract", CONTRACTS, ids=lambda contract: contract.name)
@bounded(deadline=None, max_examples=8)
@given(data=st.data())
def test_every_event_of_every_family_arrives_as_it_was_written(
    contract: Contract, kind: str, data: st.DataObject
) -> None:
    """A decimal that lost its last digit or a code that lost its zero on the way is a wrong number in a headline."""
    rows = data.draw(st.lists(strategies.events(contract), min_size=1, max_size=6))
    with TemporaryDirectory() as folder:
        topic, file = Topic(contract, Path(folder)), Path(folder) / f"own.{kind}"
        write(contract, rows, file)
        supply = offer(contract, file)
        assert supply.check() == len(rows)
        assert send(topic.way(), supply, len(rows), STEPS).sent == len(rows)
        expected = Counter(_numbers(event.body(contract, row)) for row in rows)
        assert expected == Counter(_numbers(body) for body in topic.carried().elements())


def _numbers(body: bytes) -> str:
    """Return ``body`` with numbers of one value in one spelling."""
    read = json.loads(body, parse_float=lambda text: Decimal(text).normalize(), parse_int=Decimal)
    return repr({name: value.normalize() if isinstance(value, Decimal) else value for name, value in read.items()})


def test_numbers_of_text_files_go_out_digit_by_digit(tmp_path: Path) -> None:
    """1.50 stays 1.50: nothing on the way knows what a float is."""
    for kind in ("csv", "ndjson"):
        topic, file = Topic(TRADE, tmp_path / kind), tmp_path / f"own.{kind}"
        write(TRADE, [example(TRADE, value_usd=Decimal("9007199254740993.50"))], file)  # type: ignore[list-item]
        send(topic.way(), offer(TRADE, file), 1, STEPS)
        [body] = topic.carried()
        assert b'"value_usd":9007199254740993.50' in body


@bounded(deadline=None, max_examples=15)
@given(lives=st.lists(st.integers(0, 25), min_size=1, max_size=3), kind=st.sampled_from(KINDS))
def test_an_offer_that_dies_goes_on_where_it_ended(lives: list[int], kind: str) -> None:
    """The promise of every replay, whoever wrote the file."""
    rows = [example(COUNTS, post=f"{post:04}") for post in range(20)]
    with TemporaryDirectory() as folder:
        topic, file = Topic(COUNTS, Path(folder)), Path(folder) / f"own.{kind}"
        write(COUNTS, rows, file)  # type: ignore[arg-type]
        for life in lives:
            try:
                send(topic.way(burn=fuse(life)), offer(COUNTS, file), 20, STEPS)
            except CrashError:
                continue
        send(topic.way(), offer(COUNTS, file), 20, STEPS)
        assert set(topic.carried().values()) == {1}
        assert sum(topic.carried().values()) == 20
        assert send(topic.way(), offer(COUNTS, file), 20, STEPS).sent == 0
        assert send(topic.way(), offer(COUNTS, file), 20, STEPS, again=True).sent == 20


@pytest.mark.parametrize("kind", KINDS)
def test_of_an_offered_file_that_grew_only_new_rows_are_sent(tmp_path: Path, kind: str) -> None:
    """A person appends to one file all year; every row is one event."""
    topic, file = Topic(COUNTS, tmp_path), tmp_path / f"own.{kind}"
    rows = [example(COUNTS, post=f"{post:04}") for post in range(9)]
    for number, sent in ((4, 4), (9, 5), (9, 0)):
        write(COUNTS, rows[:number], file)  # type: ignore[arg-type]
        assert send(topic.way(), offer(COUNTS, file), number, STEPS).sent == sent


def csv(path: Path, contract: Contract, **others: str) -> Path:
    """Write two rows, the second with ``others`` in it, and return the file."""
    good = {name: str(value) for name, value in example(contract).items()}
    names = list(dict.fromkeys([*good, *others]))
    rows = [{name: row.get(name, "") for name in names} for row in (good, {**good, **others})]
    pl.DataFrame(rows, schema=names).write_csv(path)
    return path


@pytest.mark.parametrize(
    ("field", "cell", "told"),
    [
        ("reported_count", "12,5", "line 3, column reported_count: '12,5' is refused: wrong_type"),
        ("reported_count", "007", "column reported_count: '007' is refused: wrong_type"),
        ("reported_count", "-3", "column reported_count: -3 is refused: out_of_range"),
        ("reported_count", "1e3", "column reported_count: 1e3 is refused: bad_number"),
        ("post", "104", "line 3, column post: '104' is refused: bad_code"),
        ("measure", "lorries", "column measure: 'lorries' is refused: unknown_code"),
        ("period_first_day", "2024-02-30", "column period_first_day: '2024-02-30' is refused: bad_date"),
        ("direction", "", "line 3, column direction: (nothing) is refused: missing_required"),
        ("direction", "x\x1b[31m", r"column direction: 'x\x1b[31m' is refused: control_chars"),
        ("post", "dni 45678901", "column post: (not shown) is refused: bad_code"),
    ],
)
def test_a_cell_that_does_not_fit_is_told_by_line_column_and_value(
    tmp_path: Path, field: str, cell: str, told: str
) -> None:
    """Whoever made the file finds the cell without a search, and a terminal never obeys it."""
    file = csv(tmp_path / "own.csv", COUNTS, **{field: cell})
    with pytest.raises(InputUnfit) as unfit:
        offer(COUNTS, file).check()
    assert told in unfit.value.what
    assert "Nothing of the file was sent." in unfit.value.remedy
    assert str(file) in unfit.value.what


@pytest.mark.parametrize("field", ["document_number", "birth_date", "nationality"])
def test_what_may_be_about_a_person_is_never_shown(tmp_path: Path, field: str) -> None:
    """A terminal is scrolled back, copied into a ticket and mailed."""
    personal = {"document_type": "dni", "document_country": "PE", "document_number": "00000042"}
    file = csv(tmp_path / "own.csv", TRAVELLERS, **{**personal, field: "4242424242424"})
    with pytest.raises(InputUnfit) as unfit:
        offer(TRAVELLERS, file).check()
    assert f"column {field}: (not shown)" in unfit.value.what
    assert "4242424" not in str(unfit.value)


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"reported_count": "Reported_Count"}, "column 'Reported_Count' is no field of crossing_count; the nearest"),
        ({"reported_count": "conteo"}, "column 'conteo' is no field of crossing_count"),
        ({"reported_count": None}, "column reported_count is missing, which crossing_count requires"),
    ],
)
def test_columns_that_are_not_the_contracts_are_told_with_the_nearest(
    tmp_path: Path, change: dict[str, str | None], told: str
) -> None:
    """A column that is silently left out is a dimension that is silently summed over."""
    row = {change.get(name, name): str(value) for name, value in example(COUNTS).items()}
    row.pop(None, None)
    pl.DataFrame([row]).write_csv(tmp_path / "own.csv")
    with pytest.raises(InputUnfit) as unfit:
        offer(COUNTS, tmp_path / "own.csv")
    assert told in unfit.value.what


@pytest.mark.parametrize(
    ("contract", "column", "told"),
    [
        (COUNTS, pl.Series("post", [2304]), "type Int64, where code post needs text: as a number a code loses"),
        (TRADE, pl.Series("value_usd", [0.1]), "needs DECIMAL(18, 2): floating point does not hold decimals exactly"),
        (COUNTS, pl.Series("reported_count", [10.0]), "needs INT64: a whole number is not floating point"),
        (COUNTS, pl.Series("period_first_day", [datetime(2024, 1, 1)]), "needs DATE"),  # noqa: DTZ001 (is the point)
        (TRAVELLERS, pl.Series("crossed_at", [datetime(2024, 1, 1)]), "needs TIMESTAMP with time zone"),  # noqa: DTZ001
    ],
)
def test_a_parquet_type_that_may_have_lost_something_is_refused(
    tmp_path: Path, contract: Contract, column: pl.Series, told: str
) -> None:
    """Post 0104 written as a number is post 104, and no later step can know."""
    pl.DataFrame([example(contract)]).with_columns(column).write_parquet(tmp_path / "own.parquet")
    with pytest.raises(InputUnfit) as unfit:
        offer(contract, tmp_path / "own.parquet")
    assert told in unfit.value.what


def test_parquet_days_and_moments_are_written_as_the_contract_wants_them(tmp_path: Path) -> None:
    """Nobody should turn typed columns into text by hand."""
    topic, file = Topic(TRAVELLERS, tmp_path), tmp_path / "own.parquet"
    moment = datetime(2024, 3, 5, 17, 30, tzinfo=UTC)
    row = example(TRAVELLERS, crossing_day="2024-03-05", post="huaquillas")
    frame = pl.DataFrame([row]).with_columns(pl.col("crossing_day").str.to_date(), crossed_at=pl.lit(moment))
    frame.write_parquet(file)
    supply = offer(TRAVELLERS, file)
    supply.check()
    send(topic.way(), supply, 1, STEPS)
    [body] = topic.carried()
    assert b'"crossing_day":"2024-03-05","crossed_at":"2024-03-05T17:30:00Z"' in body


def test_a_body_with_a_field_of_its_own_is_refused_before_it_is_sent(tmp_path: Path) -> None:
    """A field that is misspelt would land nowhere; on the topic a row with it would only be marked."""
    bodies = [json.dumps(example(COUNTS)), json.dumps(example(COUNTS, post_nam="Huaquillas"))]
    (tmp_path / "own.ndjson").write_text("\n".join([bodies[0], "", bodies[1]]), "utf-8")
    with pytest.raises(InputUnfit, match=r"line 3, field post_nam is refused: undeclared_fields") as unfit:
        offer(COUNTS, tmp_path / "own.ndjson").check()
    assert "the nearest is post_name" in unfit.value.remedy


@pytest.mark.parametrize(
    ("line", "reason"),
    [(b"{", "not_json"), (b"[1]", "not_object"), (b"\xff{}", "not_utf8"), (b'{"a":1,"a":1}', "duplicate_key")],
)
def test_a_line_that_is_no_body_is_told(tmp_path: Path, line: bytes, reason: str) -> None:
    """The one parser of the platform says what is wrong with it."""
    (tmp_path / "own.jsonl").write_bytes(line)
    with pytest.raises(InputUnfit, match=f"line 1 is refused: {reason}"):
        offer(COUNTS, tmp_path / "own.jsonl").check()


@pytest.mark.parametrize(
    ("name", "content", "told"),
    [
        ("own.xlsx", b"x", "is none of the kinds that can be read"),
        ("own.csv", b"", "is empty, 0 bytes"),
        ("own.parquet", b"PAR1", "is not a whole Parquet file"),
        ("own.csv", "año\nx".encode("latin-1"), "line 1, byte 2 is not UTF-8"),
        ("own.csv", b"post;reported_count\n1;2,5", "columns are separated by semicolons"),
    ],
)
def test_a_file_that_is_no_table_is_told(tmp_path: Path, name: str, content: bytes, told: str) -> None:
    """FAULTS O4 to O8 hold for everybody's files."""
    (tmp_path / name).write_bytes(content)
    with pytest.raises(InputUnfit, match=told):
        offer(COUNTS, tmp_path / name).check()


def test_a_header_alone_is_no_row(tmp_path: Path) -> None:
    """FAULTS O6."""
    (tmp_path / "own.csv").write_text(",".join(example(COUNTS)), "utf-8")
    assert offer(COUNTS, tmp_path / "own.csv").check() == 0
