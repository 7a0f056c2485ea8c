"""Adapters: what ships is read row for row, and what does not fit is told with file, line, column and remedy."""

from __future__ import annotations

import gzip
import hashlib
from functools import cache
from itertools import islice
from typing import TYPE_CHECKING

import polars as pl
import pytest

from puyango.errors import InputUnfit, UsageRefused
from streams import event
from streams.sources.adapter import Adapter, events
from streams.sources.corrections import corrections
from streams.sources.source import DATA, Source, source, sources
from streams.sources.table import Limits, table

if TYPE_CHECKING:
    from pathlib import Path

    from streams.event import Value

SAMPLES = {year: DATA / "ec_inec_esi" / f"muestra_{year}.csv" for year in (2023, 2024, 2025)}
COUNTS = DATA / "us_bts_border_crossing" / "border_crossing_entry_data.parquet"
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


def adapter(name: str, path: Path, limits: Limits | None = None) -> Adapter:
    return Adapter(source(name), table(path, limits), corrections())


@cache
def frame(name: str) -> pl.DataFrame:
    """Return every event of the source's files."""
    return pl.concat(
        [part.frame for path in source(name).paths for part in adapter(name, path).events()], how="diagonal"
    )


def esi_lines(year: int = 2024) -> list[bytes]:
    return SAMPLES[year].read_bytes().splitlines(keepends=True)


def refusal(name: str, path: Path, limits: Limits | None = None) -> tuple[int, InputUnfit]:
    """Return how many rows came before the error that ends the reading of the file, and that error."""
    rows = 0
    with pytest.raises(InputUnfit) as refused:  # noqa: PT012 (wherever it ends, the rows before count)
        found = adapter(name, path, limits)
        found.check()
        for part in found.events():
            rows += part.frame.height
    return rows, refused.value


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


def test_a_crossing_is_read_as_a_person_would_read_it() -> None:
    """First row of 2024: an Ecuadorian woman of 31 leaves by land at Huaquillas for Peru, 10 June 2024."""
    row, first = next(events(source("ec_inec_esi"), SAMPLES[2024]))
    expected: dict[str, Value] = {
        "administration": "EC",
        "event_id": "2024-434783",
        "source": "ec_inec_esi",
        "coverage": "sample",
        "crossing_day": "2024-06-10",
        "direction": "exit",
        "post": "huaquillas",
        "mode": "road",
        "nationality": "EC",
        "residence": "EC",
        "counterpart": "PE",
        "trip_purpose": "tourism",
        "migration_class": "Clase migratoria para ecuatorianos",
        "sex": "female",
        "age_years": 31,
        "source_repairs": "bom_removed+month_name",
    }
    assert (row, first) == (1, expected)


def test_a_count_is_read_as_a_person_would_read_it() -> None:
    """First row: 6,556 trucks came from Canada at Jackman in January 2024."""
    assert next(events(source("us_bts"), COUNTS)) == (
        1,
        {
            "source": "us_bts",
            "reporter": "US",
            "counterpart": "CA",
            "post": "0104",
            "post_name": "Jackman",
            "direction": "entry",
            "nationality": "_Z",
            "measure": "trucks",
            "freq": "M",
            "period": "2024-01",
            "period_first_day": "2024-01-01",
            "reported_count": 6_556,
        },
    )


def test_a_trade_line_is_read_as_a_person_would_read_it() -> None:
    """An import of the same port and month as an export keeps its own concept of partner and value."""
    made = frame("us_transborder").filter(post="2304", period="2022-03", product="87", mode="road", partner="MX")
    exports, imports = (made.filter(flow=flow) for flow in ("X", "M"))
    assert set(exports["valuation"]) == {"FAS"}
    assert set(exports["partner_concept"]) == {"destination"}
    assert set(exports["goods_origin"]) == {"domestic", "foreign"}
    assert set(imports["valuation"]) == {"CUSTOMS"}
    assert set(imports["partner_concept"]) == {"origin"}
    assert set(imports["goods_origin"]) == {"_Z"}
    assert set(made["product_classification"]) == {"HS2022"}
    assert set(made["period_first_day"]) == {"2022-03-01"}


def test_a_count_by_nationality_is_read_as_a_person_would_read_it() -> None:
    """Ecuador recorded 9,392 entries of Peruvians in April 2025; where they live is not said, and not invented."""
    made = frame("iom").filter(reporter="EC", nationality="PE", period="2025-04", direction="entry")
    assert made.to_dicts() == [
        {
            "source": "iom",
            "reporter": "EC",
            "counterpart": "_Z",
            "post": "_Z",
            "direction": "entry",
            "nationality": "PE",
            "measure": "people",
            "freq": "M",
            "period": "2025-04",
            "period_first_day": "2025-04-01",
            "reported_count": 9_392,
            "source_repairs": None,
        }
    ]


def test_odd_codes_of_countries_are_mapped_and_none_is_dropped() -> None:
    """188 exits and 224 entries have no nationality; people of three countries that are no more keep their own."""
    made = frame("iom")
    unknown = made.filter(nationality="_U")
    assert dict(unknown["direction"].value_counts().rows()) == {"exit": 188, "entry": 224}
    assert dict(made.filter(nationality="XK")["direction"].value_counts().rows()) == {"exit": 175, "entry": 188}
    former = made.filter(pl.col("nationality").str.len_bytes() == 4).group_by("reporter", "nationality").len()
    assert set(former.rows()) == {("HN", "CSHH", 18), ("AR", "CSXX", 12), ("AR", "YUCS", 12)}
    assert made.select(source("iom").contract.thing).n_unique() == made.height == 94_712


def test_a_file_whose_name_tells_no_direction_is_refused(tmp_path: Path) -> None:
    """Entries read as exits would turn every balance around."""
    file = tmp_path / "flows.parquet"
    pl.read_parquet(source("iom").paths[0]).head(1).write_parquet(file)
    with pytest.raises(InputUnfit, match="does not say whether it holds entries or exits") as refused:
        adapter("iom", file)
    assert "regout… for exits" in refused.value.remedy


def test_a_part_of_a_person_is_refused(tmp_path: Path) -> None:
    """The publisher's column could hold decimals; half a crossing is a figure that is not a count."""
    file = tmp_path / "regin.parquet"
    pl.read_parquet(source("iom").paths[0]).head(3).with_columns(n=pl.Series([1.0, 2.5, 3.0])).write_parquet(file)
    rows, error = refusal("iom", file)
    assert rows == 1
    assert "row 2: n = '2.5' has no reading as reported_count" in error.what


def test_a_line_of_the_other_reporter_is_another_line() -> None:
    """Pastry from Peru in 2011: 20,580 thousand USD CIF by Ecuador, whose item 22 is four digits like any other."""
    row = frame("fao").filter(product="0022", reporter="EC", flow="M").to_dicts()[0]
    expected = {"partner": "PE", "partner_concept": "origin", "valuation": "CIF", "value_usd": 20_580_000}
    assert expected.items() <= row.items()
    assert (row["product_classification"], row["freq"], row["period"], row["mode"]) == ("FCL", "A", "2011", "_Z")
    assert row["net_mass_kg"] == 10_285_000


def test_a_quantity_that_is_no_mass_is_left_absent() -> None:
    """855 thousand turkeys are not 855 tonnes, and an item counted by value only has no mass."""
    made = frame("fao")
    absent = made.filter(pl.col("net_mass_kg").is_null())
    assert absent.height == 14
    assert set(absent["product"]) == {"1034", "1057", "1079", "1096", "1293"}
    assert made["net_mass_kg"].min() == 0


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


class TestFilesThatDoNotFit:
    """FAULTS O2 to O9, and words that no list knows."""

    def test_a_missing_file(self, tmp_path: Path) -> None:
        """O2."""
        _, error = refusal("us_bts", tmp_path / "missing.csv")
        assert error.what == f"{tmp_path}/missing.csv: there is no such file"

    def test_a_folder(self, tmp_path: Path) -> None:
        """A folder whose name ends like a file is no file."""
        (tmp_path / "x.csv").mkdir()
        assert "cannot be read: Is a directory" in refusal("us_bts", tmp_path / "x.csv")[1].what

    def test_a_kind_that_cannot_be_read(self, tmp_path: Path) -> None:
        """A spreadsheet has formats, formulas and hidden sheets; we do not guess."""
        assert ".csv, .csv.gz, .parquet" in refusal("us_bts", tmp_path / "counts.xlsx")[1].remedy

    def test_a_renamed_column_is_told_before_anything_is_sent(self, tmp_path: Path) -> None:
        """O3: column, what was expected, and the nearest that is there."""
        file = tmp_path / "m.csv"
        file.write_bytes(b"".join(esi_lines()).replace(b"id_secuencial", b"secuencia", 1))
        rows, error = refusal("ec_inec_esi", file)
        assert rows == 0
        assert "column id_secuencial is missing; the nearest is secuencia" in error.what

    def test_a_column_twice(self, tmp_path: Path) -> None:
        """Of two columns of one name nobody knows which is meant."""
        file = tmp_path / "m.csv"
        file.write_bytes(b"".join(esi_lines()).replace(b"tip_naci", b"tip_movi", 1))
        assert "column tip_movi is there twice" in refusal("ec_inec_esi", file)[1].what

    def test_latin_1_is_told_with_line_and_byte_before_anything_is_sent(self, tmp_path: Path) -> None:
        """O4: recoding would be a guess, so the person does it."""
        file = tmp_path / "m.csv"
        lines = esi_lines()
        file.write_bytes(b"".join([*lines[:500], lines[500].decode().encode("latin-1"), *lines[501:]]))
        rows, error = refusal("ec_inec_esi", file)
        assert rows == 0
        assert "line 501, byte " in error.what
        assert "iconv -f ISO-8859-1 -t UTF-8" in error.remedy

    def test_a_row_that_lacks_a_column_is_told_after_the_rows_before_it(self, tmp_path: Path) -> None:
        """O5: the rows before are good, and were sent."""
        file = tmp_path / "m.csv"
        body = esi_lines()[1:] * 6
        body[4_999] = b",".join(body[4_999].split(b",")[:-1]) + b"\n"
        file.write_bytes(b"".join([esi_lines()[0], *body]))
        rows, error = refusal("ec_inec_esi", file)
        assert rows == 4_999
        assert "line 5,001 has 24 of 25 columns" in error.what

    def test_an_empty_file(self, tmp_path: Path) -> None:
        """O6: nothing arrived, which is not the same as nothing happened."""
        file = tmp_path / "m.csv"
        file.touch()
        assert "is empty, 0 bytes" in refusal("ec_inec_esi", file)[1].what

    def test_a_header_alone_is_no_row_and_no_fault(self, tmp_path: Path) -> None:
        """O6: a month without crossings is published so."""
        file = tmp_path / "m.csv"
        file.write_bytes(esi_lines()[0])
        found = adapter("ec_inec_esi", file)
        assert found.check() == 0
        assert list(found.events()) == []

    def test_a_dialect_is_named(self, tmp_path: Path) -> None:
        """O7: a spreadsheet set to Spanish writes semicolons and decimal commas."""
        file = tmp_path / "m.csv"
        file.write_text("Port Name;Port Code;Value\nJackman;0104;6556,5\n", encoding="utf-8")
        error = refusal("us_bts", file)[1]
        assert "separated by semicolons, not commas, and numbers have decimal commas" in error.what

    def test_half_a_parquet_file(self, tmp_path: Path) -> None:
        """O8: a download that broke off."""
        file = tmp_path / "half.parquet"
        content = COUNTS.read_bytes()
        file.write_bytes(content[: len(content) // 2])
        assert "is not a whole Parquet file" in refusal("us_bts", file)[1].what

    def test_a_damaged_parquet_file(self, tmp_path: Path) -> None:
        """A footer that is right says nothing about the pages."""
        file = tmp_path / "damaged.parquet"
        content = bytearray(COUNTS.read_bytes())
        content[len(content) // 3 : len(content) // 3 + 5_000] = bytes(5_000)
        file.write_bytes(content)
        assert "cannot be read" in refusal("us_bts", file)[1].what

    def test_a_port_code_that_became_a_number(self, tmp_path: Path) -> None:
        """A spreadsheet that read 0104 as a number has made it another port."""
        file = tmp_path / "numbers.parquet"
        pl.read_parquet(COUNTS).head(100).with_columns(pl.col("Port Code").cast(pl.Int64)).write_parquet(file)
        error = refusal("us_bts", file)[1]
        assert "Port Code = " in error.what
        assert "restore the leading zeros" in error.remedy

    def test_a_bomb_of_one_line_ends_at_the_line_limit(self, tmp_path: Path) -> None:
        """O9: a small file that unpacks to gigabytes without a line end."""
        file = tmp_path / "bomb.csv.gz"
        with gzip.open(file, "wb", compresslevel=1) as packed:
            packed.write(b"Port Name,State\n")
            for _ in range(64):
                packed.write(bytes(1024 * 1024))
        assert "is longer than 1,048,576 bytes" in refusal("us_bts", file)[1].what

    def test_a_bomb_of_many_lines_ends_at_the_row_limit(self, tmp_path: Path) -> None:
        """O9: nothing of it is sent."""
        file = tmp_path / "bomb.csv.gz"
        file.write_bytes(gzip.compress(b"".join(esi_lines()) + esi_lines()[1] * 50_000))
        rows, error = refusal("ec_inec_esi", file, Limits(rows=20_000))
        assert rows == 0
        assert "has more than 20,000 rows" in error.what

    def test_a_bomb_of_long_lines_ends_at_the_size_limit(self, tmp_path: Path) -> None:
        """O9: few rows can be many bytes."""
        file = tmp_path / "bomb.csv.gz"
        file.write_bytes(gzip.compress(b"".join(esi_lines())))
        assert "holds more than 10,000 bytes" in refusal("ec_inec_esi", file, Limits(bytes=10_000))[1].what

    def test_a_gzip_file_cut_short(self, tmp_path: Path) -> None:
        """A download that broke off, packed."""
        file = tmp_path / "cut.csv.gz"
        packed = gzip.compress(b"".join(esi_lines()))
        file.write_bytes(packed[: len(packed) // 2])
        assert "cannot be read" in refusal("ec_inec_esi", file)[1].what

    @pytest.mark.parametrize(
        ("old", "new", "told", "remedy"),
        [
            ("Perú", "Ruritania", "pais_prod = 'Ruritania' has no reading as counterpart", "country_aliases.csv"),
            ("Junio", "Brumario", "mes_movi = 'Brumario'", "Spanish month name"),
            ("Vía terrestre", "Vía láctea", "via_tran = 'Vía láctea'", "MODES in streams/sources/esi.py"),
            ("Huaquillas,El", "Otro,El", "jef_migr = 'Centro Binacional", "posts.csv"),
            ("Salida", "Paso", "tip_movi = 'Paso'", "DIRECTIONS"),
            (",10,", ",32,", "dia_movi = '32'", "a day of the calendar"),
            (",31\r\n", ",treinta\r\n", "edad = (not shown)", "plain digits"),
        ],
    )
    def test_a_word_that_no_list_knows(self, tmp_path: Path, old: str, new: str, told: str, remedy: str) -> None:
        """Mapped to "other" it would be counted wrongly for ever; dropped it would be missing."""
        file = tmp_path / "m.csv"
        lines = [line.decode().replace("\r\n", "\n").replace("\n", "\r\n") for line in islice(esi_lines(), 2)]
        assert old in lines[1]
        file.write_text(lines[0] + lines[1].replace(old, new, 1), encoding="utf-8", newline="")
        rows, error = refusal("ec_inec_esi", file)
        assert rows == 0
        assert "line 2: " in error.what
        assert told in error.what
        assert remedy in error.remedy

    @pytest.mark.parametrize(
        ("column", "value", "told"),
        [
            ("DISAGMOT", "2", "DISAGMOT = '2' has no reading as mode"),
            ("COUNTRY", "3010", "COUNTRY = '3010' has no reading as partner"),
            ("YEAR", "1999", "YEAR = '1999' has no reading as product_classification"),
            ("MONTH", "13", "MONTH = '13'"),
            ("DF", "3", "DF = '3'"),
            ("COMMODITY2", "1", "COMMODITY2 = '1'"),
            ("DEPE", "101", "DEPE = '101'"),
        ],
    )
    def test_a_code_that_no_list_knows(self, tmp_path: Path, column: str, value: str, told: str) -> None:
        """The next year of a publisher brings a code; the person adds it, and the replay goes on."""
        path = source("us_transborder").paths[0]
        file = tmp_path / "dot3.parquet"
        rows = pl.read_parquet(path).head(5)
        changed = pl.Series([*rows[column][:3], value, rows[column][4]], dtype=pl.String)
        rows.with_columns(changed.alias(column)).write_parquet(file)
        sent, error = refusal("us_transborder", file)
        assert sent == 3
        assert "row 4: " in error.what
        assert told in error.what

    def test_a_decimal_comma_in_a_count(self, tmp_path: Path) -> None:
        """1,234 has two readings."""
        file = tmp_path / "counts.csv"
        pl.read_parquet(COUNTS).head(3).with_columns(Value=pl.Series(["1", "1,234", "3"])).write_csv(file)
        sent, error = refusal("us_bts", file)
        assert sent == 1
        assert "line 3: Value = '1,234' has no reading as reported_count" in error.what
