"""The release of an extract: whole, under its own name, once, and verifiable by whoever receives it."""

from __future__ import annotations

import hashlib
import json
import re
import shutil
import signal
import subprocess
import sys
from typing import TYPE_CHECKING

import duckdb
import openpyxl
import pytest

from puyango.errors import InputUnfit, JudgementFailed, OutputRefused, UsageRefused
from tests.extracted import VINTAGE, changed
from warehouse import extract
from warehouse.extract import manifest

if TYPE_CHECKING:
    from pathlib import Path

from tests.extracted import BODY, WRITE, books, contents, listed, rows, sheet

DYING = "import os, pathlib, signal; pathlib.Path.rename = lambda *_: os.kill(os.getpid(), signal.SIGKILL); "


def test_the_manifest_tells_of_every_file_what_it_is(mart: Path, released: Path) -> None:
    """V1, S15: the manifest is the release; a file that it does not name is not of it."""
    told = json.loads((released / manifest.NAME).read_text(encoding="utf-8"))
    assert (told["vintage"], told["as_of"]) == (VINTAGE, "2026-03-01T12:00:00.035000Z")
    found = {path: raw for path, raw in contents(released).items() if path != manifest.NAME}
    assert {file["path"]: file["sha256"] for file in told["files"]} == {
        path: hashlib.sha256(raw).hexdigest() for path, raw in found.items()
    }
    assert {file["path"]: file["bytes"] for file in told["files"]} == {path: len(raw) for path, raw in found.items()}
    (file,) = [file for file in told["files"] if file["path"] == "es/mirror/mirror_gap_fob_usd.csv"]
    assert (file["language"], file["rows"]) == ("es", len(rows(mart, "mirror_gap_fob_usd")))
    assert file["licences"] == ["CC BY-NC-SA 3.0 IGO (FAO)"]
    assert "licences/fao.txt" in found


def test_whoever_receives_it_can_verify_it_with_what_their_system_has(released: Path) -> None:
    """The letter says sha256sum -c, so that is what must work."""
    done = subprocess.run(["sha256sum", "--quiet", "-c", "SHA256SUMS"], cwd=released, check=False)  # noqa: S607
    assert done.returncode == 0
    for letter in ("LEEME.txt", "README.txt"):
        text = (released / letter).read_text(encoding="utf-8")
        assert "sha256sum -c SHA256SUMS" in text
        assert VINTAGE in text
        assert "{" not in text


def test_a_figure_that_is_not_free_is_never_written(mart: Path, tmp_path: Path) -> None:
    """The mart holds none; if one slips in, the extract is the last place to stop it."""
    for status in ("'N'", "null"):
        leak = f"update people_crossings set conf_status = {status} where coverage = 'sample'"
        with pytest.raises(JudgementFailed, match=r"people_crossings: \d+ rows are not for publication"):
            extract.write(changed(mart, tmp_path / "leak", leak), VINTAGE, tmp_path / "out")
        assert not (tmp_path / "out").exists()


@pytest.fixture
def copied(released: Path, tmp_path: Path) -> Path:
    """Return a copy of the extract that a test may alter."""
    shutil.copytree(released, tmp_path / released.name)
    return tmp_path / released.name


def test_an_extract_that_is_there_is_left_alone(mart: Path, copied: Path) -> None:
    """Running twice leaves what running once leaves, down to the files themselves."""
    before = {path: path.stat().st_ino for path in copied.rglob("*")}
    assert extract.write(mart, VINTAGE, copied.parent) == copied / manifest.NAME
    assert {path: path.stat().st_ino for path in copied.rglob("*")} == before
    assert list(copied.parent.iterdir()) == [copied]


def test_other_figures_under_a_published_name_are_refused(mart: Path, copied: Path, tmp_path: Path) -> None:
    """I9: a published figure never changes; a correction is a new vintage."""
    before = contents(copied)
    other = changed(mart, tmp_path / "other", "update trade_value_usd set trade_value_usd = trade_value_usd + 1")
    with pytest.raises(OutputRefused, match="holds another extract"):
        extract.write(other, VINTAGE, tmp_path)
    assert contents(copied) == before


@pytest.mark.parametrize("how", ["one byte", "a file gone", "a file more"])
def test_an_altered_extract_is_named(mart: Path, copied: Path, how: str) -> None:
    """V4: whoever asks again hears that what lies there is not what was published."""
    altered = copied / "es/mirror/mirror_gap_fob_usd.csv"
    if how == "a file more":
        altered = copied / "es/more.csv"
        altered.write_bytes(b"x")
    elif how == "a file gone":
        altered.unlink()
    else:
        raw = altered.read_bytes()
        altered.chmod(0o640)
        altered.write_bytes(raw[:-3] + b"9" + raw[-2:])
    with pytest.raises(JudgementFailed, match=re.escape(str(altered.relative_to(copied)))):
        extract.write(mart, VINTAGE, copied.parent)


def test_an_extract_of_an_earlier_program_stands(mart: Path, copied: Path) -> None:
    """A new version of the program writes other bytes; what was handed out stays what was handed out."""
    path = copied / manifest.NAME
    told = manifest.read(path)
    path.chmod(0o640)
    path.write_text(json.dumps({**told, "made_by": {"puyango": "0.0.9"}}), encoding="utf-8")
    before = contents(copied)
    assert extract.write(mart, VINTAGE, copied.parent) == path
    assert contents(copied) == before


def test_a_kill_before_the_last_step_leaves_nothing_and_the_next_run_clears_up(mart: Path, tmp_path: Path) -> None:
    """V1: a reader sees the old release or the new, and no draft stays for ever."""
    command = [sys.executable, "-c", DYING + WRITE, str(mart), VINTAGE, str(tmp_path)]
    assert subprocess.run(command, check=False).returncode == -signal.SIGKILL
    (draft,) = tmp_path.iterdir()
    assert draft.name.startswith(".")
    assert (draft / manifest.NAME).exists()
    final = extract.write(mart, VINTAGE, tmp_path).parent
    assert list(tmp_path.iterdir()) == [final]


def test_of_two_writers_at_once_both_leave_the_same_release(mart: Path, released: Path, tmp_path: Path) -> None:
    """V3: one of them wins the name; the other finds what it would have written."""
    command = [sys.executable, "-c", WRITE, str(mart), VINTAGE, str(tmp_path)]
    running = [subprocess.Popen(command) for _ in range(2)]
    assert [each.wait(120) for each in running] == [0, 0]
    assert [path.name for path in tmp_path.iterdir()] == [released.name]
    assert contents(tmp_path / released.name) == contents(released)


@pytest.mark.parametrize(
    "name", ["../x", "CON", "x" * 300, "", "2026-03-01T12:00:00Z-01/..", "\uff12026-03-01T12:00:00Z-01"]
)
def test_a_name_that_is_no_vintage_makes_no_folder(mart: Path, tmp_path: Path, name: str) -> None:
    """O23: a name becomes a folder, so it comes from a safe alphabet."""
    with pytest.raises(UsageRefused, match="is no vintage"):
        extract.write(mart, name, tmp_path / "out")
    assert list(tmp_path.iterdir()) == []


def test_a_mart_is_written_under_its_own_vintage_only(mart: Path, tmp_path: Path) -> None:
    """One vintage's figures under another's name would be a lie with a hash."""
    with pytest.raises(UsageRefused, match="not of 2026-03-01T12:00:00Z-02"):
        extract.write(mart, "2026-03-01T12:00:00Z-02", tmp_path)


def test_what_is_no_mart_is_refused(mart: Path, tmp_path: Path) -> None:
    """A missing, foreign or torn file is the operator's to answer, not a traceback."""
    (tmp_path / "torn").write_bytes(mart.read_bytes()[:5000])
    with duckdb.connect(str(tmp_path / "foreign")) as con:
        con.execute("create table t (x int)")
    for name in ("missing", "torn", "foreign"):
        with pytest.raises(InputUnfit, match=name):
            extract.write(tmp_path / name, VINTAGE, tmp_path / "out")


def test_changes_of_the_vintage_are_in_the_extract(mart: Path, tmp_path: Path) -> None:
    """X7: what changed and why goes to whoever receives the figures, group by group."""
    values = "('people_crossings', 'people_crossings', date '2024-06-01', '{}', '1', '2', 'late', 1)"
    folder = extract.write(
        changed(mart, tmp_path / "mart", f"insert into revision values {values}"), VINTAGE, tmp_path / "out"
    ).parent
    (row,) = listed(folder, "es/people/revision.csv")
    assert (row["indicator"], row["old"], row["new"], row["reason"]) == ("people_crossings", "1", "2", "late")
    assert listed(folder, "es/trade/revision.csv") == []
    assert sheet(folder, "people", "Cambios").cell(BODY, 1).value == "people_crossings"


def test_a_mart_of_before_vintages_can_still_be_handed_out(mart: Path, tmp_path: Path) -> None:
    """A mart without a name and without changes is extracted under the name that it is given."""
    older = changed(
        mart,
        tmp_path / "old",
        "drop table revision",
        "alter table about drop vintage",
        "alter table about drop previous",
    )
    folder = extract.write(older, VINTAGE, tmp_path / "out").parent
    assert "Cambios" not in openpyxl.load_workbook(books(folder, "es")[0]).sheetnames
