"""Figures known from elsewhere: each says what it is, so that nobody takes a count of ours for a printed total."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

import pytest

from expectations import oracle
from puyango.cli import _figures
from puyango.errors import ConfigRefused
from transforms import lake

if TYPE_CHECKING:
    from pathlib import Path

    from puyango.settings import Settings


def test_an_oracle_of_no_kind_is_refused_by_its_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A figure that we counted ourselves and call published is a claim on somebody else's name."""
    text = (oracle.FOLDER / "esi_sample_huaquillas.sql").read_text(encoding="utf-8")
    (tmp_path / "huaquillas.sql").write_text(text.replace("counted in the shipped files", "true"), encoding="utf-8")
    monkeypatch.setattr(oracle, "FOLDER", tmp_path)
    with pytest.raises(ConfigRefused, match=r"huaquillas\.sql: no kind true"):
        oracle.oracles()


def test_both_languages_title_every_figure() -> None:
    """Half of the readers of the table read Spanish."""
    assert [each.name for each in oracle.oracles() if each.title_en == each.title_es] == []


def test_figures_stand_under_their_kind() -> None:
    """The heading is what makes the column of stated figures true; each kind has one."""
    found = [oracle.Comparison(each, Decimal(each.published)) for each in oracle.oracles()]
    cells = list(_figures.shown(found).columns[0].cells)
    headings = [str(cell) for cell in cells if "\n" not in str(cell)]
    assert len(cells) == len(found) + len(oracle.KINDS)
    assert [
        spanish for spanish, heading in zip(oracle.KINDS.values(), headings, strict=True) if spanish in heading
    ] == [*oracle.KINDS.values()]


HEADER = """/*
title_en = "A figure"
title_es = "Una cifra"
kind = "published total"
unit = "USD"
unit_es = "USD"
published = {published}
source = "Somebody"
*/
"""


def compared(settings: Settings, folder: Path, published: str, sql: str) -> oracle.Comparison:
    """Return the one comparison of a folder of oracles that holds this figure."""
    (folder / "figure.sql").write_text(HEADER.format(published=published) + sql, encoding="utf-8")
    lake.create(settings)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(oracle, "FOLDER", folder)
        (found,) = oracle.compare(settings)
    return found


@pytest.mark.parametrize(
    ("published", "ours", "equal"),
    [("5", "5.00::decimal(9, 2)", True), ("5", "5.40::decimal(9, 2)", False), ("5.4", "5.40::decimal(9, 2)", True)],
)
def test_a_figure_is_compared_to_its_last_digit(
    settings: Settings, tmp_path: Path, published: str, ours: str, equal: bool
) -> None:
    """Cut to a whole number, 5.40 would be called equal to the 5 that was published."""
    assert compared(settings, tmp_path, published, f"select {ours}").equal == equal


def test_a_figure_that_is_not_exact_is_refused_by_its_file(settings: Settings, tmp_path: Path) -> None:
    """A sum in floating point is right by luck: its last digits depend on the order of the rows."""
    with pytest.raises(ConfigRefused, match=r"figure\.sql: our figure is a float"):
        compared(settings, tmp_path, "5", "select sum(n)::double from range(3) as r (n)")


def test_a_figure_whose_table_is_not_there_yet_is_not_equal(settings: Settings, tmp_path: Path) -> None:
    """An empty lake agrees with nothing."""
    found = compared(settings, tmp_path, "5", "select sum(x) from lake.gold.none_yet")
    assert (found.ours, found.equal) == (None, False)


def test_a_figure_is_shown_without_zeros_that_say_nothing() -> None:
    """Thousand dollars of an exact sum must not read as if cents of them had been published."""
    (each, *_) = oracle.oracles()
    table = _figures.shown([oracle.Comparison(each, Decimal("1572030273468.000"))])
    assert "1,572,030,273,468" in list(table.columns[3].cells)
