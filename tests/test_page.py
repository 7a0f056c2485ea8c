"""The page of checks: what an official and an engineer read of the last judgement, and what neither may ever see."""

from __future__ import annotations

from datetime import date
from html.parser import HTMLParser
from typing import TYPE_CHECKING

import polars as pl
import pytest
import typer
from typer.testing import CliRunner

from expectations import conservation, gate, page, record
from expectations.declarations import LAYERS, rules, tables
from expectations.page import ledger, markup
from expectations.page.report import readers
from expectations.page.told import Told
from expectations.verdict import Verdict
from puyango.cli import check
from puyango.cli._stage import CONSOLE
from puyango.errors import UsageRefused
from streams import schema
from tests.judged import MARCH, collected, planted
from tests.landed import START, count
from transforms import lake
from transforms.table import module

if TYPE_CHECKING:
    from pathlib import Path

    from expectations.rule import Severity
    from expectations.verdict import Outcome
    from puyango.settings import Settings

REPEATED = "marks: nothing repeated"
WITHIN = "reported_count: within bounds"
CANARY = "CANARY-7731"
SCRIPT = "<script>alert('x')</script>"


def verdict(
    rule: str,
    outcome: Outcome = "passed",
    unexpected: int | None = 0,
    examined: int | None = 100,
    *,
    severity: Severity = "warning",
    notes: str = "Notes.",
) -> Verdict:
    """Return a verdict on published counts."""
    return Verdict("silver", "reported_count", rule, severity, outcome, unexpected, examined, notes)


def judged(settings: Settings, batch: int, *verdicts: Verdict) -> None:
    """Leave ``verdicts`` in the ledger of a new lake, or of the one that is there."""
    lake.create(settings)
    record.keep(settings, batch, {("silver", "reported_count"): verdicts})


def read(settings: Settings) -> str:
    return page.write(settings, settings.checks).read_text(encoding="utf-8")


class Tags(HTMLParser):
    """Every tag of a page with its attributes; raises where one is closed that was not opened last."""

    EMPTY = ("meta", "br", "rect")

    def __init__(self, text: str) -> None:
        """Read the whole of ``text``."""
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []
        self.open: list[str] = []
        self.feed(text)
        self.close()
        assert self.open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Remember the tag."""
        self.found.append((tag, dict(attrs)))
        if tag not in self.EMPTY:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Remember a tag that closes itself."""
        self.found.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        """Close the tag that was opened last."""
        assert self.open.pop() == tag


def test_the_same_lake_gives_the_same_bytes(settings: Settings, tmp_path: Path) -> None:
    """A page that differs each time cannot be compared with the one that was read when a figure was cited."""
    judged(settings, 1, verdict(REPEATED, "failed", 10))
    assert read(settings) == page.write(settings, tmp_path / "again.html").read_text(encoding="utf-8")


def test_the_page_says_as_of_when_and_of_which_publication(settings: Settings) -> None:
    """A warning without its date is quoted for years after it was mended."""
    collected(settings, count("2304", MARCH, 5))
    judged(settings, 1, verdict(REPEATED, "failed", 10))
    with lake.committing(settings, "test: two vintages") as con:
        for name in ("2026-01-01T00:00:00Z-01", "2026-01-02T00:00:00Z-01"):
            con.execute("insert into ops.vintage (name) values (?)", [name])
    text = read(settings)
    assert f"<dd>{START:%Y-%m-%d %H:%M:%S} (UTC)</dd>" in text
    assert "<dd>2026-01-02T00:00:00Z-01</dd>" in text


def test_the_page_needs_nothing_but_itself(settings: Settings) -> None:
    """It is read offline, years later, in an office that blocks everything else."""
    judged(settings, 1, verdict(REPEATED, "failed", 10))
    text = read(settings)
    found = Tags(text).found
    assert {"script", "link", "img", "iframe", "form"} & {tag for tag, _ in found} == set()
    assert [attributes for _, attributes in found if {"src", "srcset", "action"} & {*attributes}] == []
    assert [attributes["href"] for _, attributes in found if "href" in attributes] == ["#es", "#en"]
    assert "url(" not in text
    assert "@import" not in text
    assert any("default-src 'none'" in (attributes.get("content") or "") for _, attributes in found)


def test_both_languages_say_the_same_and_say_which_they_are(settings: Settings) -> None:
    """A screen reader speaks by the lang attribute, and half of the readers read Spanish."""
    judged(settings, 1, verdict(REPEATED, "failed", 10, 494_107))
    text = read(settings)
    assert [attributes.get("lang") for tag, attributes in Tags(text).found if tag in ("html", "main")] == [
        "es",
        "en",
        "es",
    ]
    assert "10 of 494,107 rows are against it (&lt; 0.1%)." in text
    assert "10 de 494\u202f107 filas lo contradicen (&lt; 0,1\u202f%)." in text
    assert "contar eventos en lugar de cosas lo contaría doble" in text


def test_every_word_of_the_page_has_its_spanish() -> None:
    """A text that is the same in both was not translated; names of columns before the colon are the same in both."""
    words = markup.words()
    assert words["es"].keys() == words["en"].keys()
    assert [key for key, text in words["es"].items() if text == words["en"][key]] == ["bar"]
    declared = [rule for layer in LAYERS for table in tables(layer) for rule in rules(layer, table)]
    assert [rule.name for rule in declared if rule.name == rule.name_es or rule.notes == rule.notes_es] == []


def test_a_script_in_the_words_of_a_rule_is_only_read(settings: Settings) -> None:
    """Words come from declarations today; whoever writes one must not be able to run anything where it is read."""
    judged(settings, 1, verdict(SCRIPT, "failed", 1, notes=f'{SCRIPT}"><b onclick="x()">'))
    text = read(settings)
    found = Tags(text).found
    assert "script" not in {tag for tag, _ in found}
    assert [name for _, attributes in found for name in attributes if name.startswith("on")] == []
    assert "&lt;script&gt;alert(&#39;x&#39;)&lt;/script&gt;" in text


def test_no_value_of_a_row_reaches_the_page(settings: Settings) -> None:
    """The page travels further than the rows: not one text, number or day of a person may be on it (S14)."""
    lake.create(settings)
    values: dict[object, object] = {pl.String(): CANARY, pl.Int64(): 99_173, pl.Date(): date(1987, 6, 5)}
    row = {name: values.get(kind) for name, kind in schema.columns(module("crossing").TABLE.fields).items()}
    gate.passed(settings, [planted(settings, "crossing", [row, row])])
    text = read(settings)
    assert "silver.crossing" in text
    assert [value for value in (CANARY, "99173", "99,173", "1987") if value in text] == []


def test_what_stops_comes_first_with_who_waits_for_it(settings: Settings) -> None:
    """Whoever publishes must see at once why a table is missing, and which figures are old because of it."""
    judged(settings, 1, verdict(REPEATED, "failed", 10), verdict(WITHIN, "failed", 3, severity="critical"))
    english = read(settings).partition('<main id="es"')[0]
    assert english.index(WITHIN) < english.index(REPEATED)
    assert "gold.vehicle_reported_count" in english[: english.index(REPEATED)]
    assert readers(("bronze", "trade_report"))[0] == "silver.reported_trade"
    assert "gold.mirror_asymmetry_pct" in readers(("bronze", "trade_report"))


def test_a_check_that_crashed_is_told_as_no_answer(settings: Settings) -> None:
    """Read as bad data, a fault of ours would be taken to the publisher (A6)."""
    judged(settings, 1, verdict(REPEATED, "crashed", None, None, notes="It is wrong."))
    english = read(settings).partition('<main id="es"')[0]
    assert "it says nothing about the data" in english
    assert "It is wrong." not in english
    assert "are against it" not in english


def test_a_warning_among_many_rows_outlives_a_day_that_is_in_order(settings: Settings) -> None:
    """The gate looks at the days it replaces: one clean day must not read as if ten duplicates had been mended."""
    judged(settings, 1, verdict(REPEATED, "failed", 10, 494_107), verdict(WITHIN, severity="critical"))
    judged(settings, 2, verdict(REPEATED, "passed", 0, 3), verdict(WITHIN, "failed", 1, 3, severity="critical"))
    with lake.reading(settings) as con:
        assert {each.rule: (each.unexpected, each.examined) for each in ledger.verdicts(con)} == {
            REPEATED: (10, 494_107),
            WITHIN: (1, 3),
        }
    judged(settings, 3, verdict(REPEATED, "passed", 0, 494_110), verdict(WITHIN, severity="critical"))
    with lake.reading(settings) as con:
        assert {each.outcome for each in ledger.verdicts(con)} == {"passed"}


def test_a_lake_that_nobody_judged_says_so(settings: Settings) -> None:
    """An empty page must not read as a clean bill."""
    lake.create(settings)
    text = read(settings)
    assert "Nothing has been judged yet" in text
    assert "Aún no se ha juzgado nada" in text


@pytest.mark.parametrize(
    ("share", "english", "spanish"),
    [
        (0.0, "0%", "0\u202f%"),
        (0.00001, "< 0.1%", "< 0,1\u202f%"),
        (1 / 3, "33.3%", "33,3\u202f%"),
        (1.0, "100%", "100\u202f%"),
    ],
)
def test_a_share_is_written_as_its_readers_write_it(share: float, english: str, spanish: str) -> None:
    """Some is never told as none: 10 of 494,107 rows are not 0 %."""
    assert (markup.percent(share, "en"), markup.percent(share, "es")) == (english, spanish)


def test_cases_are_no_share_of_the_rows() -> None:
    """Six broken series among 494,107 rows are not 0.001 % of anything."""
    by_name = {rule.name: rule for rule in rules("silver", "reported_count")}
    name = "own nationals are counted in every period or in none"
    told = Told(verdict(name, "failed", 6, 494_107), by_name[name])
    assert told.share is None
    assert markup.found(told, markup.words()["en"], "en") == "6 cases found in 494,107 rows."
    assert Told(verdict(REPEATED, "failed", 10, 100), by_name[REPEATED]).share == pytest.approx(0.1)


@pytest.mark.parametrize("layer", LAYERS)
def test_the_query_of_a_finding_can_be_asked_of_the_lake(settings: Settings, layer: str) -> None:
    """An engineer pastes it into the shell: a query that does not even parse sends them away."""
    lake.create(settings)
    with lake.reading(settings) as con:
        for table in tables(layer):
            for rule in (*(conservation.rules(table) if layer == "bronze" else ()), *rules(layer, table)):
                query = Told(Verdict(layer, table, rule.name, "warning", "failed", 1, 1, ""), rule).query
                assert bool(query) == bool(rule.rows)
                assert not query or con.extract_statements(query)


def test_check_writes_the_page_and_says_where(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    """The path is what a person clicks on."""
    judged(settings, 1, verdict(REPEATED, "failed", 10))
    app = typer.Typer()
    check.register(app)
    monkeypatch.setattr(check, "load", lambda: settings)
    monkeypatch.setattr(CONSOLE, "width", 400)
    ended = CliRunner().invoke(app, ["--last", "--page"])
    assert f"Page: {settings.checks}" in ended.output
    assert settings.checks.exists()
    other = settings.home / "other.html"
    assert CliRunner().invoke(app, ["--last", "--page", str(other)]).exit_code == 0
    assert other.read_bytes() == settings.checks.read_bytes()
    for refused in (["x.html"], ["--page", "--layer", "gold"]):
        assert isinstance(CliRunner().invoke(app, refused).exception, UsageRefused)
