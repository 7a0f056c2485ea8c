"""Adapters: what ships is read row for row, and what does not fit is told with file, line, column and remedy."""

from __future__ import annotations

import gzip
import hashlib
from itertools import islice
from typing import TYPE_CHECKING

import polars as pl
import pytest

from puyango.errors import UsageRefused
from streams import event
from streams.sources.adapter import events
from streams.sources.source import DATA, Source, source, sources

if TYPE_CHECKING:
    from pathlib import Path

from tests.adapted import COUNTS, SAMPLES, adapter, esi_lines, frame

SHIPPED = {
    "ec_inec_esi/muestra_2023.csv": "fb53b2217448a772c05c8199ec857aec5d0dbcbe89f6c1c11f848323338f8063",
    "ec_inec_esi/muestra_2024.csv": "655c3f7c52bbc28814475a76ba2ded66e575c07a49ada9ecd195a23d3f7a1e03",
    "ec_inec_esi/muestra_2025.csv": "77e450e29e70879f401c77d8d3a97fbd9e98fdc11cdf45bbba99d2ec8b41b78e",
    "fao_trade_matrix_2011/pe_ec_pairs_2011.csv": "d6a0c58849041b74318823cf2b59a53b1ea79cc744e9229e4dfe84768fefc681",
    "iom_regular_flows/regin.parquet": "a9822f7c39e74c3bf9e0243da6f7eb71c0ec6d41d49191f4be59b43e03512eec",
    "iom_regular_flows/regout.parquet": "a57dc0a2a6da8d8c38dfd8bb174e3c267f9c85c6ae7e200871663a8f7a39caa0",
    "us_bts_border_crossing/border_crossing_entry_data.parquet": (
        "2446c4a4a1b64829f461d243783bfa6eb83382d14085a3b758fefe27d52bcf52"
    ),
    "us_bts_transborder_freight/dot3_2022_annual.parquet": (
        "9b63d1c61ab0d62831a9f0cd72d2cc94ead035a98c98aca3e02cb7e26fc04e2a"
    ),
    "us_bts_transborder_freight/dot3_2022_monthly.parquet": (
        "32d3075c71c35011870287579d29f992b35e61695d376d9a23c49e3d40a79ff7"
    ),
}


@pytest.mark.parametrize("file", SHIPPED)
def test_shipped_bytes_are_those_of_the_publisher(file: str) -> None:
    """An editor or a version control system that changes line ends changes the data."""
    assert hashlib.sha256((DATA / file).read_bytes()).hexdigest() == SHIPPED[file]


@pytest.mark.parametrize("one", sources().values(), ids=lambda one: one.name)
def test_every_row_that_ships_becomes_one_event(one: Source) -> None:
    """A row lost here is lost for good, and no check downstream could know."""
    assert sum(adapter(one.name, path).check() for path in one.paths) == one.rows
    assert frame(one.name).height == one.rows


@pytest.mark.parametrize("one", sources().values(), ids=lambda one: one.name)
def test_events_have_the_fields_of_their_contract(one: Source) -> None:
    """A field that the contract does not know would be sealed away; one that it requires and lacks, refused."""
    made = next(adapter(one.name, one.paths[0]).events()).frame
    fields = {field.name: field for field in one.contract.fields}
    assert set(made.columns) <= set(fields)
    assert {name for name, field in fields.items() if field.required} <= set(made.columns)
    for name in made.columns:
        if fields[name].required:
            assert made[name].null_count() == 0
        if fields[name].codes:
            assert set(made[name].drop_nulls()) <= set(fields[name].codes)
        if fields[name].pattern:
            assert made[name].drop_nulls().str.contains(f"^({fields[name].pattern})$").all()


@pytest.mark.parametrize("one", sources().values(), ids=lambda one: one.name)
def test_the_fast_writer_writes_the_canonical_bytes(one: Source) -> None:
    """Two writers that differ by a blank would make two events of one."""
    made = next(adapter(one.name, one.paths[0]).events()).frame.head(500)
    write = event.Writer(one.contract, made.columns)
    fast = [write(row) for row in made.select(write.columns).iter_rows()]
    slow = [(event.key(one.contract, row), event.body(one.contract, row)) for row in made.iter_rows(named=True)]
    assert fast == slow


def test_published_totals_survive_the_adapters() -> None:
    """The totals that the publishers print: trucks of 2023, and value of trade in 2022."""
    trucks = frame("us_bts").filter(pl.col("period").str.starts_with("2023"), measure="trucks")
    assert dict(trucks.group_by("counterpart").agg(pl.sum("reported_count")).rows()) == {
        "MX": 7_356_659,
        "CA": 5_526_056,
    }
    assert frame("us_transborder")["value_usd"].sum() == 1_572_030_273_468
    reported = frame("fao").group_by("reporter", "flow").agg(pl.sum("value_usd"))
    assert set(reported.rows()) == {
        ("PE", "X", 181_679_000),
        ("EC", "M", 225_487_000),
        ("EC", "X", 59_483_000),
        ("PE", "M", 64_151_000),
    }
    foreigners = frame("iom").filter(pl.col("nationality") != "EC", reporter="EC", direction="entry")
    by_year = foreigners.group_by(pl.col("period").str.head(4)).agg(pl.sum("reported_count"))
    assert {("2023", 1_477_999), ("2024", 1_247_982)} <= set(by_year.rows())


def test_two_trade_lines_never_share_a_key() -> None:
    """A key too short would fold two published lines into one, and the total would fall."""
    made = frame("us_transborder")
    assert made.select(source("us_transborder").contract.thing).n_unique() == made.height


def test_the_duplicates_of_the_publisher_are_sent_as_published() -> None:
    """Ten repeats and one contradiction are for silver to find; an adapter that tidies hides them."""
    made = frame("us_bts")
    keys = made.select(source("us_bts").contract.thing)
    assert made.height - keys.n_unique() == 11
    assert made.height - made.unique().height == 10


def test_three_layouts_are_one_after_reading() -> None:
    """Three years call and order their columns differently; the reader of the figures must not notice."""
    repairs = {year: next(events(source("ec_inec_esi"), path))[1]["source_repairs"] for year, path in SAMPLES.items()}
    assert repairs == {
        2023: "bom_removed+column_renamed+month_name",
        2024: "bom_removed+month_name",
        2025: "bom_removed+columns_reordered+month_name",
    }
    made = frame("ec_inec_esi")
    assert made["event_id"].n_unique() == 3_000
    posts = dict(made["post"].value_counts().rows())
    assert (posts["huaquillas"], posts["macara"], posts["nuevo-rocafuerte"]) == (341, 28, 1)
    assert made["migration_class"].null_count() == 102


def test_a_layout_is_recognised_by_its_header_and_not_by_its_year(tmp_path: Path) -> None:
    """A publisher that goes back to an old layout must not break us."""
    swapped = tmp_path / "muestra.csv"
    swapped.write_bytes(b"".join([esi_lines(2023)[0], *esi_lines(2024)[1:]]))
    first = next(events(source("ec_inec_esi"), swapped))[1]
    assert first["event_id"] == "2024-434783"
    assert first["source_repairs"] == "bom_removed+column_renamed+month_name"


@pytest.mark.parametrize("month", ["Septiembre", "Setiembre", "SETIEMBRE"])
def test_both_spellings_of_september_are_september(tmp_path: Path, month: str) -> None:
    """Peru writes Setiembre, Ecuador Septiembre, and both are right."""
    file = tmp_path / "one.csv"
    file.write_bytes(b"".join(islice(esi_lines(), 2)).replace(b"Junio", month.encode()))
    assert next(events(source("ec_inec_esi"), file))[1]["crossing_day"] == "2024-09-10"


def test_occupation_and_place_of_a_person_are_never_sent() -> None:
    """What no indicator needs must not leave the file."""
    bodies = "".join(str(row) for _, row in events(source("ec_inec_esi"), SAMPLES[2025]))
    assert "Jubilados" not in bodies
    assert "Tumbes" not in bodies


def test_a_full_file_says_so() -> None:
    """A figure of everybody and one of a sample must never be taken for each other."""
    assert next(events(source("ec_inec_esi"), SAMPLES[2024], coverage="full"))[1]["coverage"] == "full"


def test_the_publishers_csv_reads_like_the_parquet(tmp_path: Path) -> None:
    """People fetch the next year as CSV, and it must mean the same."""
    rows = pl.read_parquet(COUNTS).head(50)
    plain, packed = tmp_path / "counts.csv", tmp_path / "counts.csv.gz"
    rows.write_csv(plain)
    packed.write_bytes(gzip.compress(plain.read_bytes()))
    expected = list(islice(events(source("us_bts"), COUNTS), 50))
    assert list(events(source("us_bts"), plain)) == expected
    assert list(events(source("us_bts"), packed)) == expected


def test_a_column_that_nobody_knows_is_told_and_not_carried(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Publishers add columns; a replay that refused them would stop every year for nothing."""
    file = tmp_path / "counts.csv"
    pl.read_parquet(COUNTS).head(2).with_columns(Shade=pl.lit("blue")).write_csv(file)
    assert list(events(source("us_bts"), file)) == list(islice(events(source("us_bts"), COUNTS), 2))
    said = capsys.readouterr()
    assert "Shade" in said.out + said.err


def test_rows_already_sent_are_skipped_by_number(tmp_path: Path) -> None:
    """A replay that goes on must go on at the very next row, in either format."""
    rows = pl.read_parquet(COUNTS).head(50)
    plain = tmp_path / "counts.csv"
    rows.write_csv(plain)
    for path in (plain, COUNTS):
        whole = adapter("us_bts", path)
        part = next(whole.events(17))
        assert part.first == 18
        assert part.frame.row(0) == next(whole.events()).frame.row(17)


def test_an_unknown_source_is_refused_with_the_nearest_name() -> None:
    """FAULTS O1: whoever mistypes a name is told the right one."""
    with pytest.raises(UsageRefused) as refused:
        source("us_btss")
    assert "Did you mean us_bts?" in refused.value.remedy
    assert all(name in refused.value.remedy for name in sources())
