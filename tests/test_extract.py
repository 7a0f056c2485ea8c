"""Extracts: what a ministry receives is what the mart says, is inert, and is the same whoever makes it and whenever."""

from __future__ import annotations

import csv
import gzip
import hashlib
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import zipfile
from datetime import date, datetime
from decimal import Decimal
from io import StringIO
from typing import TYPE_CHECKING, Any

import duckdb
import openpyxl
import pytest

from puyango.errors import InputUnfit, JudgementFailed, OutputRefused, UsageRefused
from puyango.settings import Settings
from tests.extracted import VINTAGE, changed, publish_small
from warehouse import extract
from warehouse.extract import choice, manifest, part, published

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from openpyxl.cell.cell import Cell
    from openpyxl.worksheet.worksheet import Worksheet

HEAD, BODY = 6, 7
WRITE = "import sys; from pathlib import Path; from warehouse import extract; "
WRITE += "extract.write(Path(sys.argv[1]), sys.argv[2], Path(sys.argv[3]))"
DYING = "import os, pathlib, signal; pathlib.Path.rename = lambda *_: os.kill(os.getpid(), signal.SIGKILL); "
HOSTILE = ("=cmd|'/c calc'!A0", "@SUM(A1)", "\uff1d1+1", "\t=1", "+1", "-1", " =1", "'=1", "\r=1", "http://x.example")


@pytest.fixture(scope="module")
def mart(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the mart of a small vintage."""
    settings = Settings(home=tmp_path_factory.mktemp("home"))
    assert publish_small(settings) == VINTAGE
    return settings.mart


@pytest.fixture(scope="module")
def released(mart: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the folder of its extract."""
    return extract.write(mart, VINTAGE, tmp_path_factory.mktemp("extracts")).parent


def contents(folder: Path) -> dict[str, bytes]:
    """Return every file under ``folder`` by its path."""
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def books(folder: Path, language: str = "*") -> list[Path]:
    """Return the workbooks of an extract."""
    return sorted(folder.glob(f"{language}/*/*.xlsx"))


def sheet(folder: Path, group: str, name: str, language: str = "es") -> Worksheet:
    """Return one sheet of the workbook of a group."""
    (book,) = folder.glob(f"{language}/{group}/*.xlsx")
    found: Worksheet = openpyxl.load_workbook(book)[name]
    return found


def listed(folder: Path, file: str) -> list[dict[str, str]]:
    """Return the rows of a CSV file as a program reads them."""
    raw = (folder / file).read_bytes()
    text = (gzip.decompress(raw) if file.endswith(".gz") else raw).decode()
    return list(csv.DictReader(StringIO(text, newline=""), strict=True))


def rows(mart: Path, table: str) -> list[dict[str, Any]]:
    """Return the rows of the mart in the order of their grain."""
    with duckdb.connect(str(mart), read_only=True) as con:
        (grain,) = con.execute("select grain from catalogue where indicator = ?", [table]).fetchall()[0]
        found = con.execute(f'from "{table}" order by {", ".join(grain)}')
        names = [column[0] for column in found.description]
        return [dict(zip(names, row, strict=True)) for row in found.fetchall()]


def filled(mart: Path) -> list[tuple[str, str]]:
    """Return group and name of every indicator that has rows."""
    with duckdb.connect(str(mart), read_only=True) as con:
        return con.execute("select subject, indicator from catalogue where rows > 0").fetchall()


def test_a_csv_says_what_the_mart_says_to_the_last_digit(mart: Path, released: Path) -> None:
    """An economist who takes the CSV must get the figures of one who opens the mart."""
    assert len(filled(mart)) > 5
    for group, name in filled(mart):
        for language in ("es", "en"):
            found = listed(released, f"{language}/{group}/{name}.csv")
            expected = [{column: written(value) for column, value in row.items()} for row in rows(mart, name)]
            assert [{column: row[column] for column in expected[0]} for row in found] == expected


def written(value: object) -> str:
    """Return what a CSV says for a value of the mart."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, datetime):
        return f"{value:%Y-%m-%dT%H:%M:%S.%f}Z"
    return "" if value is None else str(value)


def test_a_sheet_says_what_the_mart_says_and_keeps_codes_as_text(mart: Path, released: Path) -> None:
    """FAO's item 0022 as the number 22 is another item; a number as text cannot be added up."""
    for group, name in filled(mart):
        page = sheet(released, group, name)
        heads = [cell.value for cell in page[HEAD]]
        assert set(heads) >= rows(mart, name)[0].keys() - {"conf_status", "as_of"}
        for row, cells in zip(rows(mart, name), page.iter_rows(min_row=BODY), strict=True):
            for head, cell in zip(heads, cells, strict=True):
                if head in row:
                    assert typed(cell) == plain(row[head]), (name, head)
    page = sheet(released, "trade", "trade_value_usd")
    column = [cell.value for cell in page[HEAD]].index("product")
    found = {(row[column].data_type, row[column].value) for row in page.iter_rows(min_row=BODY)}
    assert found == {("s", "0022"), ("s", "0257"), ("s", "0490"), ("s", "0852")}


def plain(value: object) -> object:
    """Return a value of the mart as a cell has it: a claim is a word."""
    return str(value).lower() if isinstance(value, bool) else value


def typed(cell: Cell) -> object:
    """Return the value of a cell as the mart has it, by what the cell says it is."""
    value: object = cell.value
    if cell.is_date and isinstance(value, datetime):
        return value.date()
    if cell.data_type == "n" and value is not None:
        return Decimal(str(value))
    return value


def test_the_same_mart_gives_the_same_bytes_elsewhere_and_later(mart: Path, released: Path, tmp_path: Path) -> None:
    """A file that cannot be made again cannot be defended; a date or a mode that creeps in makes this fail."""
    for zone, umask in (("Asia/Tokyo", 0o077), ("America/Guayaquil", 0o002)):
        other = {**os.environ, "TZ": zone, "LC_ALL": "C", "PYTHONHASHSEED": str(umask)}
        folder = tmp_path / str(umask)
        command = [sys.executable, "-c", WRITE, str(mart), VINTAGE, str(folder)]
        subprocess.run(command, env=other, umask=umask, check=True)
        assert contents(folder / released.name) == contents(released)
        assert {path.stat().st_mode & 0o777 for path in folder.rglob("*") if path.is_file()} == {0o440}


def test_the_only_date_in_a_workbook_is_that_of_the_vintage(released: Path) -> None:
    """A workbook that says when it was written differs each time; this one says what was known when."""
    for book in books(released):
        with zipfile.ZipFile(book) as parts:
            assert {info.date_time for info in parts.infolist()} == {(1980, 1, 1, 0, 0, 0)}
            core = parts.read("docProps/core.xml").decode()
        assert set(re.findall(r"\d{4}-\d{2}-\d{2}T[\d:]+Z", core)) == {"2026-03-01T12:00:00Z"}


def test_the_order_of_rows_in_the_file_is_not_in_the_extract(mart: Path, released: Path, tmp_path: Path) -> None:
    """Two marts with the same figures are the same publication, however their rows came to lie."""
    turned = "create table turned as from people_crossings order by all desc; delete from people_crossings; "
    turned += "insert into people_crossings from turned; drop table turned"
    made = extract.write(changed(mart, tmp_path / "turned", turned), VINTAGE, tmp_path / "out").parent
    assert contents(made) == contents(released)


@pytest.fixture(scope="module")
def hostile(mart: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """Return a mart whose texts are hostile wherever a publisher could have put them, and its extract."""
    folder = tmp_path_factory.mktemp("hostile")
    line = "insert into people_crossings by name select * replace (? as post, ? as measure, ? as source) "
    line += "from people_crossings limit 1"
    name = "update country set name_es = '=1+1', name_en = '=1+1' where country = 'EC'"
    titles = "update catalogue set title_es = '=2+2', title_en = '@x', caveat_es = '+1', says_en = '-1'"
    lines = [(line, (text, text, text)) for text in HOSTILE]
    made = changed(mart, folder / "mart", name, titles, *lines)
    return made, extract.write(made, VINTAGE, folder / "out").parent


def test_no_cell_is_live_whatever_its_text(hostile: tuple[Path, Path]) -> None:
    """HT1: an official opens the file, and nothing runs. `write` instead of `write_string` makes this fail."""
    _, folder = hostile
    found = set()
    for book in books(folder):
        with zipfile.ZipFile(book) as parts:
            for name in parts.namelist():
                assert b"<f>" not in parts.read(name), name
                assert b"<hyperlink" not in parts.read(name), name
                assert "externalLink" not in name
        for page in openpyxl.load_workbook(book):
            cells = [cell for row in page.iter_rows() for cell in row if isinstance(cell.value, str)]
            assert {cell.data_type for cell in cells} <= {"s"}
            found |= {cell.value for cell in cells}
    assert found >= {text.replace("\r", "_x000D_") for text in HOSTILE}
    assert found >= {"=1+1", "=2+2"}


def test_a_text_cell_stays_a_text_when_somebody_edits_it(hostile: tuple[Path, Path]) -> None:
    """Enter in a cell of the general format makes a formula of a text that looks like one."""
    _, folder = hostile
    for book in books(folder):
        for page in openpyxl.load_workbook(book):
            cells = [cell for row in page.iter_rows() for cell in row if isinstance(cell.value, str)]
            assert all(cell.number_format == "@" or cell.quotePrefix for cell in cells)


def test_a_csv_neutralises_texts_alone_and_loses_none(hostile: tuple[Path, Path]) -> None:
    """S10: an apostrophe before what could be a formula, never before a number, and it can be taken off again."""
    made, folder = hostile
    found = listed(folder, "es/people/people_crossings.csv")
    live = re.compile(r"\s*[=+\-@\t\r\n\uff1d]")
    assert [row for row in found for text in row.values() if live.match(text)] == []
    undone = {re.sub(r"^'(?='*\s*[=+\-@\t\r\n\uff1d])", "", row["post"]) for row in found}
    assert undone == {row["post"] for row in rows(made, "people_crossings")}
    assert undone >= set(HOSTILE)


def test_numbers_below_zero_are_not_taken_for_formulas(mart: Path, released: Path) -> None:
    """A minus makes a number negative; an apostrophe before it would make it a text."""
    gaps = {row["mirror_gap_fob_usd"] for row in listed(released, "en/mirror/mirror_gap_fob_usd.csv")}
    assert gaps == {str(row["mirror_gap_fob_usd"]) for row in rows(mart, "mirror_gap_fob_usd")}


def test_the_files_are_as_programs_expect_them(released: Path) -> None:
    """RFC 4180, UTF-8 without a mark of byte order, CRLF: no dialect to be guessed."""
    for path in released.glob("*/*/*.csv"):
        raw = path.read_bytes()
        assert not raw.startswith(b"\xef\xbb\xbf")
        assert raw.count(b"\n") == raw.count(b"\r\n") > 0
        assert "\r\n" in raw.decode()


def test_codes_have_their_names_in_the_language_of_the_reader(released: Path) -> None:
    """PE says little to whoever did not make the file; _Z says nothing at all."""
    spanish, english = (listed(released, f"{lang}/people/people_crossings.csv") for lang in ("es", "en"))
    names = {(row["reporter"], row["reporter_name"]) for row in spanish}
    assert names >= {("EC", "Ecuador"), ("US", "Estados Unidos de América")}
    assert {row["post_name"] for row in english if row["post"] == "_Z"} == {"all, or not applicable"}
    assert [{**row, "reporter_name": "", "post_name": ""} for row in spanish] == [
        {**row, "reporter_name": "", "post_name": ""} for row in english
    ]


def test_a_sheet_has_a_head_that_stays_and_filters(released: Path) -> None:
    """The official scrolls; what a column is must stay in sight."""
    page = sheet(released, "people", "people_crossings")
    assert page.freeze_panes == "B7"
    assert page.auto_filter.ref == f"A6:L{page.max_row}"
    assert page["A1"].value == "Cruces de personas registrados"
    assert page["A5"].value == "Primer día del periodo"
    assert page["A6"].value == "period_first_day"
    assert not page.merged_cells.ranges


def test_samples_say_that_they_are_samples(released: Path) -> None:
    """A count of a sample that is read as a total is the worst thing that can happen to it."""
    page = sheet(released, "people", "people_crossings")
    assert str(page["A4"].value).startswith("MUESTRA")
    coverage = [cell.value for cell in page[HEAD]].index("coverage")
    for row in page.iter_rows(min_row=BODY):
        assert all(cell.font.italic for cell in row if cell.value) == (row[coverage].value == "sample")


def test_notes_say_what_would_mislead_under_which_terms_and_of_when(mart: Path, released: Path) -> None:
    """A workbook goes from hand to hand without the folder it came from."""
    for language, notes in (("es", "Notas"), ("en", "Notes")):
        said = [str(row[2]) for row in sheet(released, "mirror", notes, language).values]
        with duckdb.connect(str(mart), read_only=True) as con:
            asked = f"select unnest([caveat_{language}, says_{language}]) from catalogue where subject = 'mirror'"
            assert {text for (text,) in con.execute(asked).fetchall()} <= set(said)
        assert any("CC BY-NC-SA 3.0 IGO" in text and "does not do so for commercial purposes" in text for text in said)
        assert "2026-03-01T12:00:00.035000Z" in said
        cover = [cell.value for cell in openpyxl.load_workbook(books(released, language)[0]).worksheets[0]["B"]]
        assert VINTAGE in cover


def test_what_a_sheet_leaves_out_is_said_in_it(mart: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The countries of the corridor come first, whole periods only, and never in silence."""
    monkeypatch.setattr(choice, "SHEET_ROWS", 5)
    monkeypatch.setattr(part, "LARGE_ROWS", 6)
    folder = extract.write(mart, VINTAGE, tmp_path).parent
    page = sheet(folder, "people", "people_crossings", "en")
    heads = [cell.value for cell in page[HEAD]]
    shown = [dict(zip(heads, row, strict=True)) for row in page.iter_rows(min_row=BODY, values_only=True)]
    everything = rows(mart, "people_crossings")
    own = [row for row in everything if row["reporter"] == "EC"]
    assert [row["reporter"] for row in shown] == ["EC"] * len(own)
    said = str(page["A3"].value)
    assert said.startswith(f"This sheet holds {len(own)} of {len(everything)} rows: all that Ecuador and Peru recorded")
    assert said.endswith("All rows are in en/people/people_crossings.csv.gz")
    assert len(listed(folder, "en/people/people_crossings.csv.gz")) == len(everything)


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


def lines(mart: Path) -> Iterator[tuple[str, str]]:
    """Yield label and description of every column in both languages."""
    with published.reading(mart) as opened:
        for series in opened.series:
            for column in series.columns:
                for language in ("es", "en"):
                    yield column.label(language), column.says[language]


def test_every_label_is_the_beginning_of_its_description(mart: Path) -> None:
    """Labels are not written twice; one that is cut in a bracket or in a number would read as nonsense."""
    for label, says in lines(mart):
        assert says.startswith(label)
        assert 0 < len(label) < 120
        assert label.count("(") == label.count(")")
        assert " — " not in says


def test_dates_of_sheets_are_days(released: Path) -> None:
    """A day that is a text cannot be filtered by year."""
    page = sheet(released, "trade", "trade_value_usd")
    assert {typed(cell) for cell in page["A"][HEAD:]} == {date(2011, 1, 1)}
