"""Corrections hold a claim: true, they repair; false, nothing is sent."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl
import pytest

from puyango.errors import ConfigRefused, InputUnfit
from streams.sources.adapter import Adapter
from streams.sources.corrections import SHIPPED, corrections
from streams.sources.source import DATA, source
from streams.sources.table import table

if TYPE_CHECKING:
    from pathlib import Path

EXITS = DATA / "iom_regular_flows" / "regout.parquet"
LOST_ZEROS = 206
FREIGHT = DATA / "us_bts_transborder_freight" / "dot3_2022_monthly.parquet"


def adapter(path: Path) -> Adapter:
    return Adapter(source("us_transborder"), table(path), corrections())


def weights() -> pl.DataFrame:
    """Return what the adapter makes of the shipped file, beside what the file says."""
    raw = pl.read_parquet(FREIGHT).select("TRDTYPE", "DISAGMOT", "SHIPWT")
    events = pl.concat([part.frame for part in adapter(FREIGHT).events()])
    return raw.with_columns(events["gross_mass_kg"])


def test_a_weight_that_exporters_do_not_report_is_absent() -> None:
    """92,684 zeros taken for weights would halve the weight of a dollar's export."""
    absent = weights().filter(pl.col("gross_mass_kg").is_null())
    assert set(absent["SHIPWT"]) == {0}
    assert dict(absent.group_by("DISAGMOT").len().rows()) == {"4": 518, "5": 73_857, "6": 11_828, "7": 224, "8": 6_257}
    assert set(absent["TRDTYPE"]) == {"1"}
    assert absent.height == 92_684


def test_other_zeros_stay_zeros() -> None:
    """Ten exports by sea and air and 357 imports weigh nothing in the source; nobody knows better."""
    zero = weights().filter(pl.col("gross_mass_kg") == 0)
    assert dict(zero.group_by("TRDTYPE").len().rows()) == {"1": 10, "2": 357}
    assert set(zero.filter(TRDTYPE="1")["DISAGMOT"]) == {"1", "3"}


def test_the_published_weight_is_kept_to_the_kilogram() -> None:
    """A correction that touched a reported weight would move the total."""
    assert weights()["gross_mass_kg"].sum() == 593_233_215_407


def test_a_repaired_source_stops_before_anything_is_sent(tmp_path: Path) -> None:
    """One truck with a weight means that zeros have become weights, and the correction would now destroy data."""
    rows = pl.read_parquet(FREIGHT).head(1_000)
    truck = int((rows["TRDTYPE"] == "1").arg_true()[-1])
    assert rows["DISAGMOT"][truck] == "5"
    rows[truck, "SHIPWT"] = 17
    repaired = tmp_path / "dot3_2023.parquet"
    rows.write_parquet(repaired)
    with pytest.raises(InputUnfit, match=f"row {truck + 1:,}: SHIPWT is 17") as refused:
        adapter(repaired).check()
    assert "The source seems repaired: remove the correction export_weight_not_reported" in refused.value.remedy


def test_a_blank_is_no_proof_that_the_claim_holds(tmp_path: Path) -> None:
    """A source that begins to leave the weight blank has changed its habit, too."""
    rows = pl.read_parquet(FREIGHT).filter(TRDTYPE="1", DISAGMOT="5").head(3)
    changed = tmp_path / "dot3.parquet"
    rows.with_columns(SHIPWT=pl.Series([0, None, 0])).write_parquet(changed)
    with pytest.raises(InputUnfit, match=r"row 2: SHIPWT is \(blank\)"):
        adapter(changed).check()


def test_a_correction_is_about_its_source_and_files_alone(tmp_path: Path) -> None:
    """The same pattern in another publisher's file must not fire."""
    own = tmp_path / "corrections.toml"
    own.write_text(SHIPPED.read_text(encoding="utf-8").replace('files = "*"', 'files = "dot3_2021*"'), encoding="utf-8")
    part = next(Adapter(source("us_transborder"), table(FREIGHT), corrections(own)).events())
    assert part.frame["gross_mass_kg"].null_count() == 0


def exits(path: Path = EXITS) -> Adapter:
    return Adapter(source("iom"), table(path), corrections())


def test_two_swapped_columns_are_read_the_right_way_and_say_so() -> None:
    """Read as documented, Afghanistan would have counted Colombians; every figure would be of another country."""
    made = pl.concat([part.frame for part in exits().events()])
    raw = pl.read_parquet(EXITS)
    assert made["reporter"].n_unique() == raw["nat"].n_unique() == 9
    assert made["reported_count"].sum() == raw["n"].sum()
    assert set(made["source_repairs"]) == {"columns_swapped"}
    peruvians = made.filter(pl.col("period").str.starts_with("2024"), reporter="EC", nationality="PE")
    assert peruvians["reported_count"].sum() == 107_372


@pytest.mark.parametrize("repaired", ["every row", "one row"])
def test_a_publisher_that_swaps_the_columns_back_stops_the_replay(tmp_path: Path, repaired: str) -> None:
    """Made after the repair, the correction would swap what is right, and nothing downstream could know."""
    rows = pl.read_parquet(EXITS)
    back = rows.with_columns(geo="nat", nat="geo")
    file = tmp_path / "regout_2025.parquet"
    (back if repaired == "every row" else pl.concat([rows, back.filter(nat="DEU").tail(1)])).write_parquet(file)
    with pytest.raises(InputUnfit, match="claims that it is always ARG/BOL/BRA") as refused:
        exits(file).check()
    assert "remove the correction exits_columns_swapped" in refused.value.remedy
    assert refused.value.exit_code == 66


def test_the_file_of_entries_is_left_as_it_is() -> None:
    """Entries are as documented; the correction is about exits alone."""
    entries = exits(EXITS.with_name("regin.parquet"))
    made = next(entries.events()).frame
    assert entries.check() == 51_281
    assert made["source_repairs"].null_count() == made.height


def test_a_word_that_no_list_knows_is_told_of_the_corrected_row(tmp_path: Path) -> None:
    """The value quoted must be the one that has no reading, not the one that stood in its place."""
    file = tmp_path / "regout.parquet"
    pl.read_parquet(EXITS).head(3).with_columns(geo=pl.lit("QQQ")).write_parquet(file)
    with pytest.raises(InputUnfit, match="row 1: nat = 'QQQ' has no reading as nationality"):
        next(exits(file).events())


PAIRS = DATA / "fao_trade_matrix_2011" / "pe_ec_pairs_2011.csv"


def test_codes_that_lost_their_leading_zeros_get_them_back() -> None:
    """Item 17 joins to nothing: the bran of wheat is 0017, and to whoever sorts text 17 comes after 1242 (C2)."""
    made = pl.concat([part.frame for part in Adapter(source("fao"), table(PAIRS), corrections()).events()])
    raw = pl.read_csv(PAIRS, infer_schema=False)
    assert made["product"].str.len_chars().unique().to_list() == [4]
    assert made["product"].cast(pl.Int64).to_list() == raw["fcl"].cast(pl.Int64).to_list()
    assert (made["product"] != raw["fcl"]).sum() == (raw["fcl"].str.len_chars() < 4).sum() == LOST_ZEROS


def test_a_file_that_keeps_its_zeros_stops_the_replay(tmp_path: Path) -> None:
    """Padding a code that is whole hides that the list has changed, to five digits for example."""
    file = tmp_path / "pairs.csv"
    file.write_text(PAIRS.read_text(encoding="utf-8").replace("2011,1,58,170,17,", "2011,1,58,170,0017,"), "utf-8")
    with pytest.raises(InputUnfit, match=r"line 2: fcl is 0017; .* of the form \[1-9\]") as refused:
        Adapter(source("fao"), table(file), corrections()).check()
    assert "remove the correction items_without_leading_zeros" in refused.value.remedy


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (('becomes = "absent"', 'becomes = "1"'), "becomes"),
        (('column = "SHIPWT"', 'colum = "SHIPWT"'), "colum"),
        (("claim = ", "claim "), "line 12"),
        (('swapped = "geo"', ""), "the key swapped"),
        (("digits = 4", ""), "the key digits"),
    ],
)
def test_a_file_of_corrections_that_is_none_is_refused(tmp_path: Path, change: tuple[str, str], told: str) -> None:
    """A misspelt correction must not mean that none is made."""
    own = tmp_path / "corrections.toml"
    own.write_text(SHIPPED.read_text(encoding="utf-8").replace(*change), encoding="utf-8")
    with pytest.raises(ConfigRefused, match=told):
        corrections(own)


def test_a_missing_file_of_corrections_is_refused(tmp_path: Path) -> None:
    """A setting that names nothing must not mean no corrections."""
    with pytest.raises(ConfigRefused, match="does not exist"):
        corrections(tmp_path / "none.toml")
