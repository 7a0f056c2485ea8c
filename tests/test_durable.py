"""What an error of the disk is, whichever library reports it."""

from __future__ import annotations

import errno
from pathlib import Path

import duckdb
import polars as pl
import pytest

from puyango import durable
from puyango.errors import DiskFailed, OutputRefused
from transforms import files

FULL = Path("/dev/full")


def test_a_full_disk_is_told_from_what_polars_calls_an_error_of_computing() -> None:
    """D1: 74 is tried again by a service manager, 70 wakes somebody up."""
    with pytest.raises(DiskFailed) as failed:
        files.write(pl.DataFrame({"a": range(100_000)}), FULL)
    assert (failed.value.code, failed.value.exit_code) == ("disk_full", 74)


def test_the_number_of_an_error_is_found_in_the_words_of_each_engine() -> None:
    """Three libraries write, and none of them says ENOSPC in the same way."""
    frame = pl.DataFrame({"a": range(100_000)})
    for write in ("write_parquet", "write_csv"):
        with pytest.raises(Exception, match="No space left") as found:
            getattr(frame, write)(FULL)
        assert durable.number(found.value) == errno.ENOSPC
    with duckdb.connect() as con, pytest.raises(duckdb.Error) as said:
        con.execute("copy (select range from range(1000000)) to '/dev/full' (format parquet)")
    assert durable.number(said.value) == errno.ENOSPC
    assert durable.number(ValueError("none")) is None


def test_a_folder_that_is_not_there_is_no_fault_of_the_disk() -> None:
    """Trying again heals the one, a person must answer the other."""
    assert isinstance(durable.refusal(OSError("No such file (os error 2)"), FULL), OutputRefused)
