"""A log that is damaged on disk: what cannot be read stops or is refused, and nothing hangs."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

import pytest
from kafka.record.default_records import DefaultRecordBatch

from puyango.errors import OperatorNeeded
from puyango.log import configure
from streams.families.crossing_count import CONTRACT
from streams.reading.bomb import HEADER, repacked
from tests.ingested import good

if TYPE_CHECKING:
    from puyango.settings import Settings
from tests.streamed import batches, land, landed, log_file, overwrite, rows, send, sent

pytestmark = pytest.mark.broker


@pytest.fixture(autouse=True, scope="module")
def _quiet() -> None:
    """Say warnings alone."""
    configure(quiet=True)


def test_a_damaged_record_stops_its_partition_and_the_others_go_on(clean: Settings, broker: Settings) -> None:
    """E34 and K4: three fetches, then a person; never a hang, never a skip."""
    for partition in range(CONTRACT.partitions):
        for number in range(3):
            send(clean, partition, [good(number)])
    path = log_file(broker, 1)
    at, batch = list(batches(path))[1]
    overwrite(path, at + len(batch) - 20, b"rotten")
    with pytest.raises(OperatorNeeded, match=r"\[1\]: the batch at offset 1 cannot be read") as stopped:
        land(clean)
    assert stopped.value.code == "corrupt_batch"
    assert {place for place in sent(clean) if place[0] != 1} | {(1, 0)} == set(landed(clean))


@pytest.mark.parametrize("codec", ["gzip", "lz4", "zstd"])
def test_a_batch_that_nobody_can_unpack_is_refused_as_a_unit(clean: Settings, broker: Settings, codec: str) -> None:
    """E33 and K5: the checksum says that this is what the producer sent; the batches around it land."""
    send(clean, 0, [good(1)])
    send(clean, 0, [good(2)] * 3, compression_type=codec, linger_ms=500)
    send(clean, 0, [good(3)])
    path = log_file(broker, 0)
    at, batch = list(batches(path))[1]
    number = HEADER.unpack_from(batch)[5] & DefaultRecordBatch.CODEC_MASK
    overwrite(path, at, repacked(batch, number, bytes(len(batch) - HEADER.size)))
    land(clean)
    assert rows(clean, "reasons")["reasons"].to_pylist() == [None, *["undecodable_batch"] * 3, None]
    assert [bool(sealed) for sealed in rows(clean, "sealed")["sealed"].to_pylist()] == [
        False,
        True,
        False,
        False,
        False,
    ]


def test_a_length_that_lies_does_not_hang(clean: Settings, broker: Settings) -> None:
    """H1: the head of a batch is outside its checksum; whatever it claims, reading ends with a stated outcome."""
    send(clean, 0, [good(1)])
    send(clean, 0, [good(2)])
    path = log_file(broker, 0)
    at, _ = list(batches(path))[1]
    overwrite(path, at + 8, b"\x00\x00\x00\x09")
    with pytest.raises(OperatorNeeded) as stopped:
        land(clean)
    assert stopped.value.code == "corrupt_batch"
    assert landed(clean) == Counter({(0, 0): 1})
