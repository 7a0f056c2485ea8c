"""A header is what an economist and a ministry read; one that is not complete must not become a table."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from puyango.errors import ConfigRefused
from warehouse.header import INDICATORS, header, headers

if TYPE_CHECKING:
    from pathlib import Path

SHARE = (INDICATORS / "trade_post_share_pct.sql").read_text(encoding="utf-8")

BROKEN = [
    pytest.param('unit = "pct"\n', 'unit = "pct"\nunits = "pct"\n', "key units", id="an unknown key"),
    pytest.param('owner = "trade-statistics"\n', "", "key owner", id="a missing key"),
    pytest.param('title_es = "Participación de cada puesto"\n', "", "key title_es", id="a missing translation"),
    pytest.param("source_es = ", "source = ", "key source_es", id="a source in one language"),
    pytest.param('"Participación de cada puesto"', '""', "key title_es", id="an empty translation"),
    pytest.param("denominator_en = ", "denominator = ", "key denominator_en", id="a share without its denominator"),
    pytest.param('severity = "critical"', 'severity = "grave"', "key severity", id="an unknown severity"),
    pytest.param('confidentiality = "standard"', 'confidentiality = "open"', "key confidentiality", id="a regime"),
    pytest.param('period = ["month"]', 'period = ["week"]', "key period", id="an unknown period"),
    pytest.param('period = ["month"]', 'period = "month"', "key period", id="a period that is no list"),
    pytest.param("reach = 0", 'reach = 0\nwhole = "week"', "key whole", id="a whole that is no period"),
    pytest.param("reach = 0", "reach = -1", "key reach", id="a negative reach"),
    pytest.param("reach = 0", 'reach = "0"', "key reach", id="a reach that is no number"),
    pytest.param('"T3", ', '"about right", ', "key method", id="a rule that does not exist"),
    pytest.param('"period_first_day", "freq", ', '"freq", ', "key grain", id="a grain without its period"),
    pytest.param('"valuation", "post",', '"valuation", "post", "lane",', "column lane", id="an undescribed column"),
    pytest.param('es = "Puestos con datos."', "", "column posts_with_data", id="a column in one language"),
    pytest.param('es = "Puestos con datos."', "es = 7", "column posts_with_data", id="a text that is a number"),
    pytest.param("[columns.posts_with_data]", "[columns.posts_with_data]\nlow = 1", "has no use for low", id="a bound"),
    pytest.param("[columns.trade_post_share_pct]", "[columns.share]", "column trade_post_share_pct", id="no measure"),
    pytest.param("title_en =", "title_en", "header is not TOML", id="TOML with an error"),
    pytest.param("/*", "--", "header is missing", id="no opening comment"),
]


def written(folder: Path, text: str, name: str = "trade_post_share_pct.sql") -> Path:
    """Return the path of an indicator of that text."""
    path = folder / "warehouse" / "indicators" / name
    path.parent.mkdir(parents=True)
    path.write_text(text, encoding="utf-8")
    return path


@pytest.mark.parametrize(("right", "wrong", "named"), BROKEN)
def test_a_header_with_a_fault_is_refused_by_file_and_key(tmp_path: Path, right: str, wrong: str, named: str) -> None:
    """Whoever adds an indicator reads this message, and nothing else."""
    assert SHARE.count(right) >= 1
    path = written(tmp_path, SHARE.replace(right, wrong, 1))
    with pytest.raises(ConfigRefused) as refused:
        header(path)
    assert refused.value.what.startswith("warehouse/indicators/trade_post_share_pct.sql: ")
    assert named in refused.value.what
    assert refused.value.exit_code == 78


@pytest.mark.parametrize("name", ["../x.sql".replace("/", "_"), "CON.sql", "a b.sql", "x" * 80 + ".sql"])
def test_a_file_whose_name_is_no_table_is_refused(tmp_path: Path, name: str) -> None:
    """The file name becomes a table, a file and a sheet; names come from a safe alphabet."""
    with pytest.raises(ConfigRefused, match="file name"):
        header(written(tmp_path, SHARE, name))


def test_the_columns_are_the_grain_then_its_own_then_the_statuses() -> None:
    """Readers, checks and comments all go by this list."""
    names = [column.name for column in header(INDICATORS / "vehicle_reported_count.sql").columns]
    assert names == [
        "period_first_day",
        "freq",
        "source",
        "reporter",
        "counterpart",
        "post",
        "direction",
        "measure",
        "vehicle_reported_count",
        "obs_status",
        "conf_status",
        "as_of",
    ]


def test_an_own_description_stands_before_the_shared_one(tmp_path: Path) -> None:
    """A column whose meaning differs from the usual must be able to say so."""
    own = '[columns.partner]\nen = "Neighbour."\nes = "Vecino."\n\n[columns.trade_post_share_pct]'
    found = header(written(tmp_path, SHARE.replace("[columns.trade_post_share_pct]", own, 1)))
    assert {column.name: column.en for column in found.columns}["partner"] == "Neighbour."


def test_a_whole_is_the_longest_period() -> None:
    """Days of a month are replaced with their month, or the two would tell different stories."""
    crossings = next(each for each in headers() if each.id == "people_crossings")
    assert (crossings.finest, crossings.whole) == ("day", "month")


@pytest.mark.parametrize("each", headers(), ids=lambda each: each.id)
def test_texts_have_no_line_breaks(each: object) -> None:
    """They go into comments, cells and pages; where a line ends is not theirs to say."""
    assert "\n" not in str([getattr(each, name) for name in ("caveat_en", "caveat_es", "says_en", "says_es")])
