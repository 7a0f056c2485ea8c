"""What stands around the body: key and headers, which must not contradict it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from streams.judging import json_text
from streams.judging.json_text import Number, Unreadable

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from puyango.settings import Settings
    from streams.contract import Contract
    from streams.judging.judgement import Judgement
    from streams.reading.log import Record

SCHEMA = "schema"
SMALL_BYTES = 60  # counted in characters, of at most four bytes
CHAR_BYTES = 4
FRAME_BYTES = 2  # the lengths that Kafka writes before name and value of a header


def sized(record: Record, limits: Settings) -> bool:
    """Say whether the record and its headers are within their limits."""
    body = len(record.value or b"") + len(record.key or b"")
    sizes = [(len(name.encode()), len(value or b"") + FRAME_BYTES) for name, value in record.headers]
    return (
        body <= limits.record_bytes
        and sum(map(sum, sizes)) <= limits.headers_bytes
        and all(name <= limits.header_key_bytes for name, _ in sizes)
    )


def room(limits: Settings) -> bool:
    """Say whether small headers are within ``limits`` whatever stands in them, so that nobody need measure them."""
    most = SMALL_BYTES * CHAR_BYTES
    return limits.header_key_bytes >= most and limits.headers_bytes >= 2 * (most + FRAME_BYTES)


def usual(headers: Sequence[tuple[str, bytes | None]], stated: tuple[str, bytes]) -> bool:
    """Say whether the headers are evidently in order: none, or ``stated`` first and one small one of another name."""
    if not headers:
        return True
    if headers[0] != stated or len(headers) > 2:  # noqa: PLR2004 -- said above
        return False
    name, value = headers[-1]
    return len(headers) == 1 or (name != SCHEMA and len(name) + len(value or b"") <= SMALL_BYTES)


def judge_headers(contract: Contract, headers: Sequence[tuple[str, bytes | None]], row: Judgement) -> None:
    """Refuse a header ``schema`` of another family or of a version that is not known here."""
    for name, value in headers:
        if name == SCHEMA and value != contract.schema_header:
            of_family = (value or b"").startswith(f"{contract.name}/".encode())
            row.refuse(["schema_unknown" if of_family else "header_mismatch"])


def judge_key(
    contract: Contract, key: bytes | None, sent: Mapping[str, object], limits: Settings, row: Judgement
) -> None:
    """Refuse a key of text that names another thing than the body, as order by key would lie.

    A key that is absent, empty or not UTF-8 (a hash) says nothing. Fields that have a reason of their own are
    not compared.
    """
    if not key or not _is_text(key):
        return
    stated = _stated(key, limits)
    if len(stated) != len(contract.thing):
        row.refuse(["header_mismatch"])
        return
    for name, item in zip(contract.thing, stated, strict=True):
        if not row.faulty(name) and item not in (_plain(sent.get(name)), row.values.get(name)):
            row.refuse(["header_mismatch"])


def _stated(key: bytes, limits: Settings) -> list[object]:
    """Return the parts of the thing that ``key`` names: the items of an array, or its text as it stands."""
    try:
        tree = json_text.tree(key, limits)
    except Unreadable:
        return [key.decode()]
    return [_plain(item) for item in tree] if isinstance(tree, list) else [_plain(tree)]


def _plain(item: object) -> object:
    return item.literal if isinstance(item, Number) else item


def _is_text(key: bytes) -> bool:
    try:
        key.decode()
    except UnicodeDecodeError:
        return False
    return True
