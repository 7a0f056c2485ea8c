"""Figures known from elsewhere: each says what it is, so that nobody takes a count of ours for a printed total."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from expectations import oracle
from puyango.cli import _figures
from puyango.errors import ConfigRefused

if TYPE_CHECKING:
    from pathlib import Path


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
    found = [oracle.Comparison(each, each.published) for each in oracle.oracles()]
    cells = list(_figures.shown(found).columns[0].cells)
    headings = [str(cell) for cell in cells if "\n" not in str(cell)]
    assert len(cells) == len(found) + len(oracle.KINDS)
    assert [
        spanish for spanish, heading in zip(oracle.KINDS.values(), headings, strict=True) if spanish in heading
    ] == [*oracle.KINDS.values()]
