"""Small decompression bombs, to prove at every start that the bounds bite in the library that is installed."""

from __future__ import annotations

import gzip
from typing import TYPE_CHECKING

import lz4.frame
import pyarrow as pa  # type: ignore[import-untyped]  # it ships no types
import zstandard
from kafka.record.default_records import DefaultRecordBatch, DefaultRecordBatchBuilder
from kafka.record.memory_records import MemoryRecords
from kafka.record.util import calc_crc32c

from puyango.errors import ConfigRefused
from streams.reading import codecs

if TYPE_CHECKING:
    from collections.abc import Callable

HEADER = DefaultRecordBatch.HEADER_STRUCT
COMPRESS: dict[str, Callable[[bytes], bytes]] = {
    "gzip": gzip.compress,
    "snappy": lambda unpacked: pa.Codec("snappy").compress(unpacked, asbytes=True),
    "lz4": lz4.frame.compress,
    "zstd": zstandard.ZstdCompressor().compress,
}


def bomb(name: str, size: int) -> bytes:
    """Return a batch of one record whose value, ``size`` zeros, is packed by the codec of that name."""
    builder = DefaultRecordBatchBuilder(
        magic=2,
        compression_type=0,
        is_transactional=False,
        producer_id=-1,
        producer_epoch=-1,
        base_sequence=-1,
        batch_size=size + 1024,
    )
    builder.append(0, 0, None, bytes(size), [])
    plain = bytes(builder.build())
    return repacked(plain, codecs.NAMES.index(name) + 1, COMPRESS[name](plain[HEADER.size :]))


def repacked(batch: bytes, codec: int, body: bytes) -> bytes:
    """Return ``batch`` with another codec and body, its length and checksum made right."""
    head = list(HEADER.unpack_from(batch))
    head[1] = HEADER.size - DefaultRecordBatch.AFTER_LEN_OFFSET + len(body)
    head[5] = (head[5] & ~DefaultRecordBatch.CODEC_MASK) | codec
    covered = HEADER.pack(*head)[DefaultRecordBatch.ATTRIBUTES_OFFSET :] + body
    head[4] = calc_crc32c(covered)
    packed: bytes = HEADER.pack(*head)[: DefaultRecordBatch.ATTRIBUTES_OFFSET] + covered
    return packed


def prove(oversize: str) -> None:
    """Read a bomb of each codec as the library does; raises ``ConfigRefused`` unless it comes out as ``oversize``."""
    for name in codecs.NAMES:
        found: list[str] = []
        for batch in MemoryRecords(bomb(name, 2**12)):
            batch.validate_crc()
            found += [getattr(record.checksum, "reason", "") for record in batch]
        if found != [oversize]:
            raise ConfigRefused(
                f"the bound on {name} does not bite in this version of kafka-python", "Install the pinned version."
            )
