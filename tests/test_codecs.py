"""Unpacking: bounded, whole or not at all, and the same records that kafka-python reads."""

from __future__ import annotations

import gzip
import struct
import subprocess
import sys
from typing import TYPE_CHECKING, cast

import lz4.frame
import pyarrow as pa  # type: ignore[import-untyped]  # it ships no types
import pytest
import zstandard
from hypothesis import assume, given
from hypothesis import strategies as st
from kafka.errors import CorruptRecordError
from kafka.record import memory_records
from kafka.record.default_records import DefaultRecordBatch, DefaultRecordBatchBuilder
from kafka.record.memory_records import MemoryRecords
from kafka.record.util import decode_varint

from puyango.errors import ConfigRefused
from streams.reading import bomb, codecs, framing, unpacking
from streams.reading.bomb import COMPRESS, HEADER, repacked
from streams.reading.codecs import Oversize, decoders
from streams.reading.log import OVERSIZE, UNDECODABLE
from streams.reading.unpacking import CORRUPT, LATER, Damage, Parcel

if TYPE_CHECKING:
    from collections.abc import Iterator

    from kafka.record.default_records import DefaultRecord

MIB = 2**20
LAST_DELTA, COUNT, ATTRIBUTES = 6, 12, 5

texts = st.none() | st.binary(max_size=200)
headers = st.lists(st.tuples(st.text(max_size=5), texts), max_size=3)
sent = st.lists(st.tuples(st.integers(0, 2**40), texts, texts, headers), min_size=1, max_size=20)

One = tuple[int, bytes | None, bytes | None, list[tuple[str, bytes | None]]]
Sent = list[One]


@pytest.fixture(autouse=True)
def _bounded() -> Iterator[None]:
    """Install the bounds, and put the library back."""
    kept = (memory_records.DefaultRecordBatch, memory_records.LegacyRecordBatch)
    unpacking.install(MIB)
    yield
    memory_records.DefaultRecordBatch, memory_records.LegacyRecordBatch = kept


def plain(records: Sent) -> bytes:
    """Return an unpacked batch of ``records`` at the offsets from 0 on."""
    builder = DefaultRecordBatchBuilder(
        magic=2,
        compression_type=0,
        is_transactional=False,
        producer_id=-1,
        producer_epoch=-1,
        base_sequence=-1,
        batch_size=MIB,
    )
    for offset, (timestamp, key, value, stated) in enumerate(records):
        builder.append(offset, timestamp, key, value, stated)
    return bytes(builder.build())


def packed(name: str, records: Sent) -> bytes:
    """Return the batch packed by the codec of that name."""
    batch = plain(records)
    return repacked(batch, codecs.NAMES.index(name) + 1, COMPRESS[name](batch[HEADER.size :]))


def altered(batch: bytes, index: int, value: int) -> bytes:
    """Return ``batch`` with another number in its header, and a checksum that holds."""
    head = list(HEADER.unpack_from(batch))
    head[index] = value
    codec = head[ATTRIBUTES] & DefaultRecordBatch.CODEC_MASK
    return repacked(HEADER.pack(*head) + batch[HEADER.size :], codec, batch[HEADER.size :])


def read(*batches: bytes, left: int = MIB) -> list[Parcel | Damage]:
    """Return what the library hands through of ``batches``, as our poll does."""
    with unpacking.at_most(left):
        found: list[Parcel | Damage] = []
        for batch in MemoryRecords(b"".join(batches)):
            assert batch.validate_crc()
            found += [record.checksum for record in batch]
        return found


def told(record: DefaultRecord | framing.Record) -> tuple[object, ...]:
    """Return a record's facts, whichever reader made it."""
    return record.offset, record.timestamp, record.key, record.value, tuple(record.headers)


@pytest.mark.parametrize("name", codecs.NAMES)
@given(data=st.binary(max_size=5_000))
def test_a_bounded_decoder_returns_what_was_packed(name: str, data: bytes) -> None:
    """The bound may change nothing for honest producers."""
    assert decoders(5_000)[name](COMPRESS[name](data)) == data


@pytest.mark.parametrize("name", codecs.NAMES)
def test_a_decoder_stops_one_byte_beyond_its_cap(name: str) -> None:
    """The cap is exact: a batch of just that size is honest."""
    assert len(decoders(1_000)[name](COMPRESS[name](bytes(1_000)))) == 1_000
    with pytest.raises(Oversize):
        decoders(999)[name](COMPRESS[name](bytes(1_000)))


def test_several_frames_are_one_batch_and_share_one_cap() -> None:
    """A bomb in many small frames is a bomb."""
    for compress, name in ((gzip.compress, "gzip"), (lz4.frame.compress, "lz4")):
        assert decoders(200)[name](compress(bytes(100)) * 2) == bytes(200)
        with pytest.raises(Oversize):
            decoders(199)[name](compress(bytes(100)) * 2)
    frames = zstandard.ZstdCompressor().compress(bytes(100)) * 2
    assert decoders(200)["zstd"](frames) == bytes(200)
    with pytest.raises(Oversize):
        decoders(199)["zstd"](frames)


def test_snappy_in_the_blocks_of_java_clients_is_read() -> None:
    """The most common producer packs so; pyarrow unpacks it, for kafka-python looks for a package we do not ship."""
    block = pa.Codec("snappy").compress(bytes(100), asbytes=True)
    blocks = b"\x82SNAPPY\0" + struct.pack("!ii", 1, 1) + (struct.pack("!i", len(block)) + block) * 2
    assert decoders(200)["snappy"](blocks) == bytes(200)
    with pytest.raises(Oversize):
        decoders(199)["snappy"](blocks)


@pytest.mark.parametrize("name", codecs.NAMES)
def test_a_bomb_costs_the_memory_of_its_cap(name: str) -> None:
    """H3: 32 kB on the wire; the process would be killed, start again, and be killed again."""
    program = (
        "import resource\n"
        "from streams.reading import bomb, codecs\n"
        f"packed = bomb.COMPRESS[{name!r}](bytes(2**28))\n"
        "peak = lambda: resource.getrusage(resource.RUSAGE_SELF).ru_maxrss\n"
        "resource.setrlimit(resource.RLIMIT_AS, (2**32, 2**32))\n"
        "before = peak()\n"
        "try:\n"
        f"    codecs.decoders(2**24)[{name!r}](packed)\n"
        "except codecs.Oversize:\n"
        "    print((peak() - before) // 1024)\n"
    )
    grown = subprocess.run([sys.executable, "-c", program], check=True, capture_output=True, text=True)
    assert int(grown.stdout) < 100


@given(records=sent)
def test_our_reader_of_records_and_the_librarys_agree(records: Sent) -> None:
    """One of them decides what lands; the other is the proof that it reads the protocol right."""
    batch = plain(records)
    parcels = [found for found in read(batch) if isinstance(found, Parcel)]
    assert [told(record) for parcel in parcels for record in parcel.records] == list(
        map(told, DefaultRecordBatch(batch))
    )


@given(record=sent.map(lambda records: records[0]), place=st.integers(0), bit=st.integers(0, 7))
def test_they_agree_on_a_damaged_record_too(record: One, place: int, bit: int) -> None:
    """Where the library finds the form broken so do we, and where it reads another value, so do we.

    But for the attribute byte: the protocol has one byte there, the library reads a number of any length.
    """
    batch = bytearray(plain([record]))
    attributes = decode_varint(batch, HEADER.size)[1]
    damaged = HEADER.size + place % (len(batch) - HEADER.size)
    assume(damaged != attributes)
    batch[damaged] ^= 1 << bit
    frame = framing.Frame(1, 0, DefaultRecordBatch(batch).first_timestamp, stamped=False, leader_epoch=-1)
    body = bytes(batch[HEADER.size :])
    try:
        theirs = list(map(told, DefaultRecordBatch(batch)))
    except CorruptRecordError:
        with pytest.raises((ValueError, IndexError)):
            list(framing.records(frame, body))
    else:
        assert list(map(told, framing.records(frame, body))) == theirs


@pytest.mark.parametrize("name", codecs.NAMES)
def test_a_packed_batch_comes_out_as_its_records(name: str) -> None:
    """All four codecs of the protocol."""
    (parcel,) = read(packed(name, [(1, b"k", b"v", [("h", None)])] * 3))
    assert [told(record) for record in cast("Parcel", parcel).records] == [
        (offset, 1, b"k", b"v", (("h", None),)) for offset in range(3)
    ]


@pytest.mark.parametrize("name", codecs.NAMES)
def test_a_batch_beyond_the_cap_is_one_damage_with_its_bytes(name: str) -> None:
    """E32: refused as a unit, bytes kept; reading goes on behind it."""
    bombed = bomb.bomb(name, 2 * MIB)
    (damage,) = read(bombed)
    assert (damage.reason, damage.first, damage.last) == (OVERSIZE, 0, 0)
    assert cast("Damage", damage).value == bombed


def test_a_body_cut_off_under_a_checksum_that_holds_is_undecodable() -> None:
    """E33: this is the producer's own word, so it is refused, not taken for bit rot."""
    batch = packed("gzip", [(1, b"k", b"v", [])] * 3)
    (damage,) = read(repacked(batch, 1, batch[HEADER.size : -6]))
    assert (damage.reason, damage.first, damage.last) == (UNDECODABLE, 0, 2)


def test_a_batch_of_an_unknown_codec_is_undecodable() -> None:
    """E39."""
    batch = plain([(1, b"k", b"v", [])] * 2)
    (damage,) = read(repacked(batch, 6, batch[HEADER.size :]))
    assert (damage.reason, damage.last) == (UNDECODABLE, 1)


def test_a_batch_whose_last_record_is_broken_yields_none_of_its_records() -> None:
    """K5: as a unit; the records before the broken one would land, and the batch's bytes be kept for nothing."""
    batch = plain([(1, b"k", b"v", [])] * 3)
    (damage,) = read(repacked(batch, 0, batch[HEADER.size : -1] + b"\x08"))
    assert (damage.reason, damage.first, damage.last) == (UNDECODABLE, 0, 2)


@given(place=st.integers(0), bit=st.integers(0, 7))
def test_a_flipped_bit_under_the_checksum_is_corrupt_whatever_it_hits(place: int, bit: int) -> None:
    """E34: even the bit that makes a batch of records look like a control batch, which readers pass over unseen."""
    batch = bytearray(plain([(1, b"k", b"v", [])] * 3))
    start = DefaultRecordBatch.ATTRIBUTES_OFFSET
    batch[start + place % (len(batch) - start)] ^= 1 << bit
    (damage,) = read(bytes(batch))
    assert damage.reason == CORRUPT
    with unpacking.at_most(MIB):
        (found,) = MemoryRecords(bytes(batch))
        assert found.validate_crc()
        assert not found.is_control_batch
        assert not found.has_producer_id()


def test_a_header_that_claims_more_offsets_than_records_is_not_the_producers_word() -> None:
    """K4: a batch that cannot be unpacked may not refuse offsets that are not its own."""
    batch = plain([(1, b"k", b"v", [])] * 3)
    cut = repacked(batch, 1, b"no gzip")
    assert [damage.reason for damage in read(cut, altered(cut, LAST_DELTA, 9))] == [UNDECODABLE, CORRUPT]


def test_offsets_that_do_not_rise_are_undecodable() -> None:
    """Two records at one offset would be a duplicate, or would hide a loss."""
    batch = plain([(1, b"k", b"v", [])] * 3)
    (damage,) = read(altered(batch, LAST_DELTA, 1))
    assert damage.reason == CORRUPT


def test_what_exceeds_the_allowance_of_a_poll_is_left_for_the_next() -> None:
    """Many batches just under the cap would unpack to gigabytes in one poll."""
    batch = packed("zstd", [(1, None, bytes(1_000), [])])
    assert [found.reason for found in read(batch, batch, batch, left=1_500)] == ["", "", LATER]


def test_a_batch_of_very_many_records_comes_in_parcels(monkeypatch: pytest.MonkeyPatch) -> None:
    """A bomb may be millions of empty records that unpack to little; they are never held all at once."""
    monkeypatch.setattr(unpacking, "MANY", 10)
    parcels = read(packed("zstd", [(1, None, b"v", [])] * 25))
    assert [(found.first, found.last) for found in parcels] == [(0, 9), (10, 19), (20, 24)]


def test_the_rest_of_the_process_reads_as_ever() -> None:
    """Other consumers in this process know nothing of parcels; only the bound holds for them too."""
    (batch,) = MemoryRecords(packed("gzip", [(1, b"k", b"v", [])]))
    assert batch.validate_crc()
    assert [record.value for record in batch] == [b"v"]
    (bombed,) = MemoryRecords(bomb.bomb("gzip", 2 * MIB))
    with pytest.raises(Oversize):
        list(bombed)


def test_a_library_that_passes_the_bound_by_is_refused_at_the_start(monkeypatch: pytest.MonkeyPatch) -> None:
    """A new release may call its decoders elsewhere; the first bomb would be a late time to learn it."""
    monkeypatch.setattr(codecs, "install", lambda _: None)
    with pytest.raises(ConfigRefused, match="does not bite"):
        unpacking.install(MIB)
