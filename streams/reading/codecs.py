"""Decompression with an end: 32 kB on the wire may claim to be a gigabyte."""

from __future__ import annotations

import io
import struct
import zlib
from functools import partial
from typing import TYPE_CHECKING, Protocol

import kafka.codec
import lz4.frame
import pyarrow as pa  # type: ignore[import-untyped]  # it ships no types
import zstandard
from kafka.record import default_records

if TYPE_CHECKING:
    from collections.abc import Callable

NAMES = ("gzip", "snappy", "lz4", "zstd")
WINDOW = 128 * 1024 * 1024
XERIAL = b"\x82SNAPPY\x00"
XERIAL_HEADER = 16
VARINT_MORE = 0x80


class Oversize(Exception):
    """A batch unpacks beyond the cap."""


class Unpacker(Protocol):
    """What gzip and lz4 have in common."""

    @property
    def eof(self) -> bool: ...  # noqa: D102 (as in zlib)
    @property
    def unused_data(self) -> bytes | None: ...  # noqa: D102 (as in zlib)
    def decompress(self, data: bytes, max_length: int) -> bytes: ...  # noqa: D102 (as in zlib)


def decoders(cap: int) -> dict[str, Callable[[bytes | memoryview], bytes]]:
    """Return the four decoders; each raises ``Oversize`` before it has made more than ``cap`` bytes."""
    gzip, lz4_ = partial(zlib.decompressobj, wbits=zlib.MAX_WBITS | 16), lz4.frame.LZ4FrameDecompressor
    return {
        "gzip": lambda packed: _framed(gzip, bytes(packed), cap),
        "snappy": lambda packed: _snappy(bytes(packed), cap),
        "lz4": lambda packed: _framed(lz4_, bytes(packed), cap),
        "zstd": lambda packed: _zstd(bytes(packed), cap),
    }


def install(cap: int) -> None:
    """Put the bounded decoders in the place of those that kafka-python calls."""
    for name, decode in decoders(cap).items():
        setattr(default_records, f"{name}_decode", decode)
    kafka.codec.has_snappy = _here


def _here() -> bool:
    """Say that snappy is there: pyarrow brings it, kafka-python looks for another package."""
    return True


def _framed(unpacker: Callable[[], Unpacker], packed: bytes, cap: int) -> bytes:
    """Return what one or several frames hold; a cut frame raises ``EOFError``."""
    parts, left = [], cap
    while packed:
        frame = unpacker()
        parts.append(frame.decompress(packed, left + 1))
        left -= len(parts[-1])
        if left < 0:
            raise Oversize
        if not frame.eof:
            raise EOFError("the last frame is cut off")
        packed = frame.unused_data or b""
    return b"".join(parts)


def _zstd(packed: bytes, cap: int) -> bytes:
    frame = zstandard.get_frame_parameters(packed)
    if frame.content_size not in (zstandard.CONTENTSIZE_UNKNOWN, zstandard.CONTENTSIZE_ERROR):
        _fits(frame.content_size, cap)
    _fits(frame.window_size, max(cap, WINDOW))
    with zstandard.ZstdDecompressor().stream_reader(io.BytesIO(packed), read_across_frames=True) as reader:
        unpacked = reader.read(cap + 1)
    _fits(len(unpacked), cap)
    return unpacked


def _snappy(packed: bytes, cap: int) -> bytes:
    """Return the contents of snappy in one block, or in the blocks that Java clients write."""
    if not packed.startswith(XERIAL):
        return _block(packed, cap)
    parts, at, left = [], XERIAL_HEADER, cap
    while at < len(packed):
        (size,) = struct.unpack_from("!i", packed, at)
        if size <= 0:
            raise EOFError("a block without length")
        parts.append(_block(packed[at + 4 : at + 4 + size], left))
        left -= len(parts[-1])
        at += 4 + size
    return b"".join(parts)


def _block(packed: bytes, cap: int) -> bytes:
    """Return the contents of one block, whose first bytes say how long they are."""
    size = 0
    for index, byte in enumerate(packed[:5]):
        size |= (byte & ~VARINT_MORE) << (7 * index)
        if not byte & VARINT_MORE:
            break
    _fits(size, cap)
    unpacked: bytes = pa.Codec("snappy").decompress(packed, decompressed_size=size, asbytes=True)
    return unpacked


def _fits(size: int, cap: int) -> None:
    if size > cap:
        raise Oversize
