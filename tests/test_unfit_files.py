"""Files of publishers that do not fit: what is told, of which file, row and column, and what to do."""

from __future__ import annotations

import gzip
from itertools import islice
from typing import TYPE_CHECKING

import polars as pl
import pytest

from streams.sources.source import source
from streams.sources.table import Limits

if TYPE_CHECKING:
    from pathlib import Path

from tests.adapted import COUNTS, adapter, esi_lines, refusal


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
