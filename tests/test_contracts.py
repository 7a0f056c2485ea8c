"""``puyango contracts``: a file is judged without Kafka, and every refusal is told with its remedy."""

from __future__ import annotations

import csv
import json
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import polars as pl
import pytest
import typer
from typer.testing import CliRunner

from puyango.cli import contracts
from puyango.errors import InputUnfit, OutputRefused, UsageRefused
from puyango.settings import Settings
from streams.families import crossing_count, traveller_crossing
from streams.judging.reason import REASONS
from streams.offers.inspection import inspect, report
from tests.test_offers import example

if TYPE_CHECKING:
    from pathlib import Path

    from typer.testing import Result

COUNTS, TRAVELLERS = crossing_count.CONTRACT, traveller_crossing.CONTRACT
NOW = datetime(2026, 11, 24, tzinfo=UTC)


def command(*words: str) -> Result:
    """Run ``puyango contracts`` in this process."""
    app = typer.Typer()
    contracts.register(app)
    return CliRunner().invoke(app, ["contracts", *words])


def mixed(folder: Path) -> Path:
    """Write six bodies, of which the first and the last fit."""
    bodies: list[bytes] = [
        json.dumps(example(COUNTS)).encode(),
        b"{",
        json.dumps(example(COUNTS, post="104")).encode(),
        json.dumps(example(COUNTS, post="105", reported_count=-1)).encode(),
        b"\xff",
        b"",
        json.dumps(example(COUNTS, remarks="x")).encode(),
    ]
    file = folder / "mixed.ndjson"
    file.write_bytes(b"\n".join(bodies))
    return file


def test_every_row_is_judged_whatever_the_one_before_was(tmp_path: Path) -> None:
    """A producer mends all that is wrong at once, not one row a day."""
    found = inspect(COUNTS, mixed(tmp_path), Settings(), NOW)
    assert (found.rows, found.refused) == (6, 4)
    counted = {(fault.reason, fault.field): rows for fault, rows in found.faults.items()}
    assert counted == {
        ("not_json", ""): 1,
        ("bad_code", "post"): 2,
        ("out_of_range", "reported_count"): 1,
        ("not_utf8", ""): 1,
    }
    first = next(finding for fault, finding in found.first.items() if fault.field == "post")
    assert (first.unit, first.place, first.stands) == ("line", 3, "'104'")
    assert found.marks == {"extra_field": 1}


def test_the_command_tells_reason_place_and_remedy(tmp_path: Path) -> None:
    """Exit code 1 is what a producer's own pipeline stops on."""
    told = command("check", "crossing_count", str(mixed(tmp_path)))
    assert told.exit_code == 1
    words = " ".join(told.output.split())
    assert "6 rows as crossing_count, 2 fit, 4 would be refused" in words
    assert "bad_code post 2 line 3 '104'" in words
    assert REASONS["not_json"].split()[0] in words
    assert "extra_field 1" in words


def test_a_file_that_fits_is_no_news(tmp_path: Path) -> None:
    """Exit code 0, in both ways to name the family, for columns as for bodies."""
    frame = pl.DataFrame([example(COUNTS)])
    frame.write_csv(tmp_path / "own.csv")
    frame.write_parquet(tmp_path / "own.parquet")
    for words in (["crossing_count", "own.csv"], ["--family", "crossing_count", "own.parquet"]):
        told = command("check", *words[:-1], str(tmp_path / words[-1]))
        assert told.exit_code == 0, told.output
        assert "1 rows as crossing_count, 1 fit, 0 would be refused" in " ".join(told.output.split())


def test_a_report_lists_each_refusal_and_no_value(tmp_path: Path) -> None:
    """It is mailed to whoever made the file, so nothing that stood in the file may be in it."""
    person = {"document_type": "dni", "document_country": "PE", "document_number": "99999999"}
    bodies = [
        json.dumps(example(TRAVELLERS, **{**person, name: value})) for name, value in BAD_DOCUMENTS for _ in range(2)
    ]
    (tmp_path / "own.ndjson").write_text("\n".join(bodies), "utf-8")
    found = report(TRAVELLERS, tmp_path / "own.ndjson", Settings(), NOW, tmp_path / "refusals.csv")
    text = (tmp_path / "refusals.csv").read_text("utf-8")
    rows = list(csv.DictReader(text.splitlines()))
    assert len(rows) == sum(found.faults.values())
    assert {row["place"] for row in rows} == {"1", "2", "3", "4"}
    assert "document_number" in {row["field"] for row in rows}
    assert "9999" not in text


BAD_DOCUMENTS = [("document_number", "999999999999"), ("document_country", "9999")]


def test_judging_leaves_no_key_behind(settings: Settings, tmp_path: Path) -> None:
    """A producer has no keys, and sealing for a trial would make some."""
    inspect(COUNTS, mixed(tmp_path), settings, NOW)
    assert not settings.keys.exists()
    assert not settings.home.exists()


def test_what_cannot_be_meant_is_refused(tmp_path: Path) -> None:
    """An unknown family is told with the nearest; a file without the columns ends as input that does not fit."""
    assert isinstance(command("check", "crossing_cont", "x.csv").exception, UsageRefused)
    assert isinstance(command("check", "crossing_count").exception, UsageRefused)
    assert isinstance(command("check", "crossing_count", str(tmp_path / "none.csv")).exception, InputUnfit)
    assert isinstance(command("export").exception, UsageRefused)


def test_schemas_are_printed_or_written_one_a_family(tmp_path: Path) -> None:
    """What is printed and what is written is the same text, and writing twice leaves the same bytes."""
    printed = command("export", "crossing_count")
    assert json.loads(printed.output)["title"] == "crossing_count"
    for _ in range(2):
        written = command("export", "--to", str(tmp_path / "schemas"))
        assert written.exit_code == 0
    file = tmp_path / "schemas" / "crossing_count.v1.schema.json"
    assert file.read_text("utf-8") == printed.output
    assert len(list(file.parent.iterdir())) == len(written.output.split())


def test_a_folder_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    """Exit code 73, with the path."""
    (tmp_path / "file").touch()
    assert isinstance(
        command("export", "crossing_count", "--to", str(tmp_path / "file" / "x")).exception, OutputRefused
    )


@pytest.mark.parametrize("name", sorted(REASONS))
def test_every_reason_has_a_remedy_that_is_a_sentence(name: str) -> None:
    """It is printed to people who have not read the code."""
    assert REASONS[name].endswith(".")
