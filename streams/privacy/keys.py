"""Secrets of the platform: read once at the start, kept in memory, never beside the data.

Under ``PUYANGO_KEYS``: ``master.key``, ``pseudonym/<administration>-<first day>.key`` (made by the
operator, 32 bytes or more, readable by their owner only) and ``refused/<family>/<day>.key`` (made here,
wrapped by the master key; destroying one makes that day's refused bytes unreadable for ever).
"""

from __future__ import annotations

import os
import secrets
from contextlib import suppress
from hashlib import sha256
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING

from cryptography.hazmat.primitives.keywrap import InvalidUnwrap, aes_key_unwrap, aes_key_wrap

from puyango import durable
from puyango.errors import ConfigRefused, NotPermitted
from streams.broker.safety import is_loopback, servers
from streams.privacy.pseudonym import PseudonymKey

if TYPE_CHECKING:
    from datetime import date

    from puyango.settings import Settings

KEY_BYTES = 32
DEMO_MASTER = b"PUYANGO DEMO MASTER KEY: NO SECRET"
DEMO_PSEUDONYM = b"PUYANGO DEMO PSEUDONYM KEY: NO SECRET"
DEMO_KEY_ID = "demo"
OTHERS = 0o077


class Keyring:
    """The keys that judgement needs; made by ``open``."""

    def __init__(self, folder: Path, master: bytes, pseudonyms: dict[str, dict[str, bytes]]) -> None:
        """Keep the secrets; ``pseudonyms`` maps an administration ("" for any) to its keys by key id."""
        self._folder = folder
        self._wrapping = sha256(b"puyango refused bytes\0" + master).digest()
        self._pseudonyms = pseudonyms
        self._data_keys: dict[tuple[str, date], bytes] = {}
        self._lock = Lock()

    @classmethod
    def open(cls, settings: Settings) -> Keyring:
        """Return the keyring of ``settings``; the demo profile has marked demo keys, production its files.

        Raises ``ConfigRefused`` (``key_missing``) for a key that is missing, short or the demo's, and
        ``NotPermitted`` for one that others can read.
        """
        if settings.profile == "demo":
            if remote := [server for server in servers(settings) if not is_loopback(server)]:
                what = f"the demo's keys are no secret, and {remote[0]} is not on this machine"
                raise _missing(what, "Set PUYANGO_PROFILE=production and give it keys.")
            settings.keys.mkdir(mode=0o700, parents=True, exist_ok=True)
            return cls(settings.keys, DEMO_MASTER, {"": {DEMO_KEY_ID: DEMO_PSEUDONYM}})
        return cls(settings.keys, _secret(settings.keys / "master.key"), _pseudonyms(settings.keys / "pseudonym"))

    @classmethod
    def passing(cls) -> Keyring:
        """Return a keyring for judging without landing: its pseudonyms, made with a secret of the moment, are void."""
        return cls(Path(os.devnull), b"", {"": {DEMO_KEY_ID: secrets.token_bytes(KEY_BYTES)}})

    def pseudonym(self, administration: str, day: date) -> PseudonymKey | None:
        """Return the key for what ``administration`` recorded on ``day``; None where it has no key here.

        A key id is the first day of its use: a rotation begins with a period, whenever a row arrives.
        """
        keys = self._pseudonyms.get(administration) or self._pseudonyms.get("")
        if not keys:
            return None
        begun = [key_id for key_id in keys if key_id <= day.isoformat()]
        key_id = max(begun) if begun else min(keys)
        return PseudonymKey(key_id, keys[key_id])

    def data_key(self, family: str, day: date) -> bytes:
        """Return the key that seals what ``family`` may not land of append day ``day``; made on first use.

        Of two processes that make it at once one names the file, and both use what the file holds.
        """
        with self._lock:
            if (family, day) not in self._data_keys:
                self._data_keys[family, day] = self._unwrapped(self._folder / "refused" / family / f"{day}.key")
            return self._data_keys[family, day]

    def kept_key(self, family: str, day: date) -> bytes | None:
        """Return the key that sealed what ``family`` refused of that day; None where it was destroyed."""
        kept = (self._folder / "refused" / family / f"{day}.key").exists()
        return self.data_key(family, day) if kept else None

    def _unwrapped(self, path: Path) -> bytes:
        if not path.exists():
            path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            wrapped = aes_key_wrap(self._wrapping, secrets.token_bytes(KEY_BYTES))
            with suppress(FileExistsError):
                durable.create(path, lambda file: _write(file, wrapped), mode=0o400)
        try:
            return aes_key_unwrap(self._wrapping, path.read_bytes())
        except InvalidUnwrap:
            raise _missing(f"{path} was wrapped by another master key", "Restore that master key.") from None


def _write(path: Path, content: bytes) -> None:
    path.write_bytes(content)


def _pseudonyms(folder: Path) -> dict[str, dict[str, bytes]]:
    keys: dict[str, dict[str, bytes]] = {}
    for path in sorted(folder.glob("*-*.key")):
        administration, _, key_id = path.stem.partition("-")
        keys.setdefault(administration, {})[key_id] = _secret(path)
    if not keys:
        raise _missing(f"no pseudonym key in {folder}", "Put <administration>-<first day>.key there, mode 0400.")
    return keys


def _secret(path: Path) -> bytes:
    """Return the secret in ``path``, which its owner alone may read."""
    remedy = f"Put {KEY_BYTES} or more random bytes there, mode 0400."
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW)
    except FileNotFoundError:
        raise _missing(f"key {path} does not exist", remedy) from None
    except OSError as error:
        raise NotPermitted(f"key {path} cannot be read: {error.strerror}", remedy) from None
    with os.fdopen(descriptor, "rb") as file:
        if os.fstat(file.fileno()).st_mode & OTHERS:
            raise NotPermitted(f"key {path} can be read by others than its owner", f"chmod 0400 {path}")
        secret = file.read()
    if len(secret) < KEY_BYTES:
        raise _missing(f"key {path} has {len(secret)} bytes, wanted {KEY_BYTES} or more", remedy)
    if secret.strip() in (DEMO_MASTER, DEMO_PSEUDONYM):
        raise _missing(f"key {path} is the demo's key, which is no secret", remedy)
    return secret


def _missing(what: str, remedy: str) -> ConfigRefused:
    return ConfigRefused(what, remedy, code="key_missing")
