"""Settings: a typo must not mean a default."""

from __future__ import annotations

from pathlib import Path

import pytest

from puyango.errors import ConfigRefused
from puyango.settings import PREFIX, Settings, load

PAGE = Path(__file__).parent.parent / "docs" / "settings.md"


def test_an_unknown_setting_is_refused_and_the_nearest_name_is_offered() -> None:
    """FAULTS O17: ``PUYANGO_LANDNG`` must not start the platform with a default."""
    with pytest.raises(ConfigRefused, match="PUYANGO_HOEM") as refused:
        load({"PUYANGO_HOEM": "/data"})
    assert "PUYANGO_HOME" in refused.value.remedy
    assert refused.value.exit_code == 78


@pytest.mark.parametrize("name", ["LANDNG", "LAKE", "MART"])
def test_a_folder_of_the_home_is_not_a_setting_and_the_one_that_is_gets_named(name: str) -> None:
    """O17: whoever moves the landing by itself must learn that the home moves as a whole."""
    with pytest.raises(ConfigRefused, match=f"PUYANGO_{name}") as refused:
        load({f"PUYANGO_{name}": "/data"})
    assert refused.value.remedy.endswith("set PUYANGO_HOME.")


def test_a_home_is_told_by_its_whole_path(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """`var/lake` in a message helps nobody who reads it in another folder."""
    monkeypatch.chdir(tmp_path)
    assert load({}).home == tmp_path / "var"
    assert load({"PUYANGO_HOME": "elsewhere"}).landing == tmp_path / "elsewhere" / "landing"


def test_the_environment_wins_over_the_settings_file(tmp_path: Path) -> None:
    """An operator overrides one value for one run without editing the file."""
    file = tmp_path / "puyango.toml"
    file.write_text('home = "/from-file"\nsegment_rows = 7\n', encoding="utf-8")
    got = load({"PUYANGO_SETTINGS": str(file), "PUYANGO_HOME": "/from-environment"})
    assert (Path("/from-environment"), 7) == (got.home, got.segment_rows)


@pytest.mark.parametrize("text", ["home = ", "home = 1 2", "nosuch = 1"])
def test_a_settings_file_that_does_not_fit_is_refused_by_name(tmp_path: Path, text: str) -> None:
    """FAULTS O18: the message names what to correct."""
    file = tmp_path / "puyango.toml"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(ConfigRefused, match=r"puyango\.toml|PUYANGO_NOSUCH"):
        load({"PUYANGO_SETTINGS": str(file)})


@pytest.mark.parametrize(
    ("name", "value"),
    [("SEGMENT_ROWS", "0"), ("POLL_S", "-1"), ("REFUSAL_BUDGET_PCT", "101"), ("PROFILE", "staging")],
)
def test_a_value_out_of_bounds_is_refused_by_the_name_a_person_typed(name: str, value: str) -> None:
    """A bound that is only a comment would be found out at night."""
    with pytest.raises(ConfigRefused, match=PREFIX + name):
        load({PREFIX + name: value})


@pytest.mark.parametrize("name", Settings.model_fields)
def test_every_setting_is_on_the_settings_page(name: str) -> None:
    """The page is where an operator looks; a setting that is missing there does not exist for them."""
    assert f"`{PREFIX}{name.upper()}`" in PAGE.read_text(encoding="utf-8")
