"""The one strict parser of event bodies: exactly one JSON text of RFC 8259, numbers kept as written.

Limits are counted on the bytes before the parser recurses, so that no input costs stack or memory
beyond a small multiple of its own size.
"""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, NamedTuple, NoReturn
from unicodedata import normalize

import msgspec

if TYPE_CHECKING:
    from puyango.settings import Settings

BOM = b"\xef\xbb\xbf"
BLANKS = b" \t\r\n"

_STRING = re.compile(rb'"(?:[^"\\]++|\\.)*+"?', re.DOTALL)
_BRACKET = re.compile(rb"[\[\]{}]")
_SURROGATE = re.compile(r"\\u[dD][89a-fA-F]")


class Number:
    """A number as it was written; nothing converts it before its contract field is known."""

    __slots__ = ("literal",)

    def __init__(self, literal: str) -> None:
        """Keep ``literal``."""
        self.literal = literal


class Unreadable(Exception):
    """The bytes are not one event; ``reason`` is of the closed list and ends the judgement of the row."""

    def __init__(self, reason: str) -> None:
        """Keep the reason."""
        super().__init__(reason)
        self.reason = reason


class Body(NamedTuple):
    """One event as sent: fields by name (NFC), and whether a byte order mark was taken off."""

    fields: dict[str, object]
    bom_removed: bool


def body(value: bytes, limits: Settings) -> Body:
    """Return the one JSON object that ``value`` holds; raises ``Unreadable``."""
    stripped = value.removeprefix(BOM)
    root = tree(stripped, limits)
    if not isinstance(root, dict):
        raise Unreadable("not_object")
    return Body(root, len(stripped) < len(value))


def tree(value: bytes, limits: Settings) -> object:
    """Return the tree of the one JSON text in ``value``: dict, list, str, ``Number``, bool or None."""
    if not value.strip(BLANKS):
        raise Unreadable("empty")
    try:
        text = value.decode()
    except UnicodeDecodeError:
        raise Unreadable("not_utf8") from None
    if _deeper(value, limits.nesting):
        raise Unreadable("too_deep")
    root = _parsed(text, limits.object_keys)
    if _SURROGATE.search(text):
        _paired(root)
    return root


def written(fields: dict[str, object]) -> bytes:
    """Return ``fields`` as JSON, every number as it was written."""
    return msgspec.json.encode(fields, enc_hook=_as_written)


def _parsed(text: str, most_keys: int) -> object:
    def once(pairs: list[tuple[str, object]]) -> dict[str, object]:
        if len(pairs) > most_keys:
            raise Unreadable("too_large")
        found = {normalize("NFC", name): value for name, value in pairs}
        if len(found) < len(pairs):
            raise Unreadable("duplicate_key")
        return found

    try:
        root: object = json.loads(
            text, parse_int=Number, parse_float=Number, parse_constant=_no_constant, object_pairs_hook=once
        )
    except RecursionError:
        raise Unreadable("too_deep") from None
    except ValueError:
        raise Unreadable("not_json") from None
    return root


def _deeper(value: bytes, limit: int) -> bool:
    if value.count(b"{") + value.count(b"[") <= limit:
        return False
    depth = 0
    for bracket in _BRACKET.finditer(_STRING.sub(b"", value)):
        depth += 1 if bracket[0] in b"[{" else -1
        if depth > limit:
            return True
    return False


def _paired(node: object) -> None:
    """Raise where a string or a name holds half a surrogate pair, which no UTF-8 text can."""
    if isinstance(node, dict):
        for name, inner in node.items():
            _paired(name)
            _paired(inner)
    elif isinstance(node, list):
        for inner in node:
            _paired(inner)
    elif isinstance(node, str):
        try:
            node.encode()
        except UnicodeEncodeError:
            raise Unreadable("not_json") from None


def _no_constant(_name: str) -> NoReturn:
    raise Unreadable("not_json")


def _as_written(node: object) -> msgspec.Raw:
    if isinstance(node, Number):
        return msgspec.Raw(node.literal.encode())
    raise TypeError(type(node).__name__)
