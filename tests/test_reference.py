"""Reference data: codes stay text, keys are unique, and every list covers what the shipped files hold."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING
from zoneinfo import available_timezones

import pytest

from puyango import reference
from puyango.errors import ConfigRefused
from streams.families import crossing_count, traveller_crossing

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize("file", sorted(reference.FOLDER.glob("*.csv")), ids=lambda file: file.stem)
def test_every_table_can_be_read(file: Path) -> None:
    """A duplicate key in a code list would double every figure joined to it."""
    assert reference.rows(file.stem)


def test_codes_keep_their_leading_zeros() -> None:
    """Chapter 01 is not 1, and port 0104 is not 104."""
    assert "01" in reference.codes("hs_chapters")
    assert {"0104", "01XX"} <= reference.codes("posts")
    assert {row["m49"] for row in reference.rows("countries") if row["country"] == "AR"} == {"032"}


def test_there_are_ninety_six_chapters_one_reserved_and_two_national_ones() -> None:
    """A product share over a list that misses a chapter does not add up to one."""
    chapters = reference.rows("hs_chapters")
    assert len(chapters) == 99
    assert [row["chapter"] for row in chapters if row["reserved"] == "true"] == ["77"]
    assert {row["chapter"] for row in chapters if row["section"] == "XXII"} == {"98", "99"}


def test_every_ecuadorian_control_post_is_there_with_its_zone() -> None:
    """The local day of a crossing on Galapagos is not that of the mainland."""
    ecuador = [row for row in reference.rows("posts") if row["country"] == "EC" and row["esi_name"]]
    assert len(ecuador) == 26
    galapagos = {row["post"] for row in ecuador if row["zone"] == "Pacific/Galapagos"}
    assert galapagos == {"ayora-port", "baltra-airport", "baquerizo-moreno-port", "isabela-port", "seymour-port"}
    assert reference.zone("huaquillas") == "America/Guayaquil"
    assert reference.zone("aguas-verdes") == "America/Lima"


def test_zones_are_known_to_the_zone_database_and_unknown_ones_are_none() -> None:
    """A misspelt zone would stop an ingester at the first event of that post."""
    zones = {row["zone"] for row in reference.rows("posts")} - {""}
    assert zones <= available_timezones()
    assert reference.zone("01XX") is None
    assert reference.zone("no-such-post") is None


def test_seven_pairs_join_two_posts_of_the_two_countries() -> None:
    """A people mirror compares the two sides of one crossing point."""
    country = reference.mapping("posts", "post", "country")
    pair = reference.mapping("posts", "post", "pair")
    pairs = reference.rows("post_pairs")
    assert len(pairs) == 7
    for row in pairs:
        assert (country[row["first_post"]], country[row["second_post"]]) == ("EC", "PE")
        assert pair[row["first_post"]] == pair[row["second_post"]] == row["pair"]


def test_two_ports_of_one_name_stay_two() -> None:
    """Eastport in Maine and Eastport in Idaho are four thousand kilometres apart."""
    assert {row["post"] for row in reference.rows("posts") if row["name"] == "Eastport"} == {"0103", "3302"}


def test_post_codes_have_the_form_that_contracts_ask_for() -> None:
    """A listed post whose code a contract refuses could never land."""
    import re  # noqa: PLC0415 (this test alone)

    posts = reference.codes("posts")
    forms = (crossing_count.CONTRACT["post"].pattern, traveller_crossing.CONTRACT["post"].pattern, "[0-9]{2}XX")
    assert all(any(re.fullmatch(form, post) for form in forms) for post in posts)


def test_aliases_lead_to_countries_that_exist() -> None:
    """An alias to a code that no list has would be flagged on every crossing of that nationality."""
    countries = reference.codes("countries") | {"_U"}
    aliases = reference.mapping("country_aliases", "alias", "country", source="ec_inec_esi")
    assert set(aliases.values()) <= countries
    assert aliases["Taiwán (República de China)"] == "TW"
    assert aliases["República de Corea del Sur"] == "KR"
    assert aliases["Venezuela"] == "VE"
    assert aliases["Estados Unidos de América"] == "US"


def test_names_of_countries_have_one_meaning() -> None:
    """Two countries of one Spanish name would let a file decide by chance."""
    names = Counter(row["name_es"].casefold() for row in reference.rows("countries"))
    assert [name for name, times in names.items() if times > 1] == []


def test_a_duplicate_key_is_refused_with_file_and_both_rows(tmp_path: Path) -> None:
    """Whoever edits a table by hand must be told where."""
    file = tmp_path / "posts.csv"
    file.write_text("post,name\nmacara,Macará\nlalamor,Lalamor\nmacara,Macara\n", encoding="utf-8")
    with pytest.raises(ConfigRefused, match=r"posts.csv row 4: macara is already in row 2"):
        list(reference.read(file))


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"post,name\nmacara\n", "row 2: 1 values for 2 columns"),
        (b"post,name\n,Nowhere\n", "row 2: the key is blank"),
        ("post,name\nmacara,Macará\n".encode("latin-1"), "is not UTF-8"),
        (b'post,name\n"macara"x,M\n', "expected after"),
    ],
)
def test_a_table_that_is_not_one_is_refused(tmp_path: Path, content: bytes, told: str) -> None:
    """A code list read half is worse than none."""
    file = tmp_path / "posts.csv"
    file.write_bytes(content)
    with pytest.raises(ConfigRefused, match=told):
        list(reference.read(file))


def test_an_unknown_table_is_refused_with_the_nearest_name() -> None:
    """A misspelt table must not mean an empty list."""
    with pytest.raises(ConfigRefused, match="Did you mean countries"):
        reference.rows("country")


def test_rows_of_a_caller_are_its_own_list() -> None:
    """A caller that sorts or drops rows must not change what the next one reads."""
    reference.rows("hs_editions").clear()
    assert len(reference.rows("hs_editions")) == 4
