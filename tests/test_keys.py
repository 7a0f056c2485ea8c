"""Keys: nothing starts without them, and what they seal opens only where it was sealed."""

from __future__ import annotations

import os
from concurrent.futures import ProcessPoolExecutor
from datetime import date
from multiprocessing import get_context
from typing import TYPE_CHECKING

import pytest
from cryptography.exceptions import InvalidTag
from hypothesis import given
from hypothesis import strategies as st

from puyango.errors import ConfigRefused, NotPermitted
from puyango.settings import Settings
from streams.privacy import seal
from streams.privacy.keys import DEMO_MASTER, DEMO_PSEUDONYM, Keyring
from streams.privacy.seal import Coordinates

if TYPE_CHECKING:
    from pathlib import Path

DAY = date(2026, 3, 1)
PLACE = Coordinates("cluster", "topic", 0, 7)


@pytest.fixture
def production(tmp_path: Path) -> Settings:
    """Return settings of production whose key files are in order."""
    put(tmp_path / "master.key", b"m" * 32)
    put(tmp_path / "pseudonym" / "EC-2025-01-01.key", b"e" * 32)
    put(tmp_path / "pseudonym" / "EC-2026-03-01.key", b"f" * 32)
    return Settings(profile="production", keys=tmp_path)


def put(path: Path, content: bytes, mode: int = 0o400) -> None:
    """Write a key file."""
    path.parent.mkdir(mode=0o700, exist_ok=True)
    path.unlink(missing_ok=True)
    path.write_bytes(content)
    path.chmod(mode)


def made(settings: Settings) -> bytes:
    """Return the data key that this process sees."""
    return Keyring.open(settings).data_key("family", DAY)


@pytest.mark.parametrize(
    ("file", "content"),
    [
        ("master.key", None),
        ("master.key", b"m" * 16),
        ("master.key", DEMO_MASTER),
        ("pseudonym/EC-2025-01-01.key", b"e" * 31),
        ("pseudonym/EC-2025-01-01.key", DEMO_PSEUDONYM + b"\n"),
    ],
)
def test_production_does_not_start_on_a_key_that_is_missing_short_or_the_demos(
    production: Settings, file: str, content: bytes | None
) -> None:
    """A weak key is worse than none: it looks like protection."""
    path = production.keys / file
    path.unlink()
    if content is not None:
        put(path, content)
    with pytest.raises(ConfigRefused, match=str(path)) as refused:
        Keyring.open(production)
    assert refused.value.code == "key_missing"


def test_production_does_not_start_without_any_pseudonym_key(production: Settings) -> None:
    """An unkeyed hash of a DNI falls in a minute, so there is no fallback."""
    for path in (production.keys / "pseudonym").iterdir():
        path.unlink()
    with pytest.raises(ConfigRefused, match="no pseudonym key"):
        Keyring.open(production)


def test_a_key_that_others_can_read_is_not_used(production: Settings) -> None:
    """It may already be known; the message says how to close it."""
    (production.keys / "master.key").chmod(0o644)
    with pytest.raises(NotPermitted, match="chmod 0400"):
        Keyring.open(production)


def test_a_key_behind_a_link_is_not_used(production: Settings) -> None:
    """A planted link would let another user choose the key."""
    (production.keys / "master.key").rename(production.keys / "elsewhere")
    (production.keys / "master.key").symlink_to(production.keys / "elsewhere")
    with pytest.raises(NotPermitted):
        Keyring.open(production)


def test_a_rotation_begins_with_a_day_of_the_events_not_of_their_arrival(production: Settings) -> None:
    """A late row of February belongs to February's key, or its traveller would be counted twice in the month."""
    keyring = Keyring.open(production)
    days = map(date.fromisoformat, ("2024-12-31", "2026-02-28", "2026-03-01"))
    ids = [key.key_id for day in days if (key := keyring.pseudonym("EC", day))]
    assert ids == ["2025-01-01", "2025-01-01", "2026-03-01"]
    assert keyring.pseudonym("PE", DAY) is None


def test_the_demo_key_says_so_and_its_folder_is_its_owners(settings: Settings) -> None:
    """A demo token must never be taken for a real one."""
    key = Keyring.open(settings).pseudonym("EC", DAY)
    assert key is not None
    assert key.key_id == "demo"
    assert settings.keys.stat().st_mode & 0o777 == 0o700


def test_a_data_key_is_wrapped_on_disk_and_the_same_for_every_process(production: Settings) -> None:
    """Of processes that need it at once, one names it; a key only one of them knew would lose refused bytes."""
    with ProcessPoolExecutor(4, mp_context=get_context("spawn")) as pool:
        keys = set(pool.map(made, [production] * 8))
    assert len(keys) == 1
    (path,) = (production.keys / "refused" / "family").iterdir()
    assert (path.name, path.stat().st_mode & 0o777) == ("2026-03-01.key", 0o400)
    assert keys.pop() not in path.read_bytes()


def test_a_destroyed_day_key_leaves_the_other_days_readable(production: Settings) -> None:
    """Retention ends by destroying one key."""
    keyring = Keyring.open(production)
    gone, kept = keyring.data_key("family", DAY), keyring.data_key("family", date(2026, 3, 2))
    (production.keys / "refused" / "family" / "2026-03-01.key").unlink()
    anew = Keyring.open(production)
    assert anew.data_key("family", date(2026, 3, 2)) == kept
    assert anew.data_key("family", DAY) != gone


def test_a_data_key_wrapped_by_another_master_is_named(production: Settings) -> None:
    """The operator restored the wrong master key, and should read that, not a stack trace."""
    Keyring.open(production).data_key("family", DAY)
    put(production.keys / "master.key", os.urandom(32))
    with pytest.raises(ConfigRefused, match="another master key"):
        Keyring.open(production).data_key("family", DAY)


@given(st.binary(max_size=40))
def test_sealed_bytes_open_only_where_they_were_sealed(plain: bytes) -> None:
    """A ciphertext moved to another row, or flipped, says so. Kills associated data that leave out a coordinate."""
    sealed = seal.closed(b"k" * 32, PLACE, plain)
    assert seal.opened(b"k" * 32, PLACE, sealed) == plain
    moved = [
        Coordinates("cluster", "topic", 0, 8),
        Coordinates("cluster", "topic", 1, 7),
        Coordinates("cluster", "topi", 0, 7),
        Coordinates("clustert", "opic", 0, 7),
    ]
    for key, place, content in [
        *((b"k" * 32, other, sealed) for other in moved),
        (b"l" * 32, PLACE, sealed),
        (b"k" * 32, PLACE, sealed[:-1] + bytes([sealed[-1] ^ 1])),
    ]:
        with pytest.raises(InvalidTag):
            seal.opened(key, place, content)


def test_no_two_records_share_a_nonce_under_one_key() -> None:
    """PV8: two texts under one nonce give each other away; a constant nonce must not pass."""
    key, plain, tag = bytes(32), bytes(64), 16
    places = [seal.Coordinates(*at) for at in (("c", "t", 0, 0), ("c", "t", 0, 1), ("c", "t", 1, 0), ("c", "u", 0, 0))]
    assert len({seal.closed(key, at, plain)[:-tag] for at in places}) == len(places)
