"""What may not land in clear: kept encrypted beside the row, bound to the place where it was read."""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import sha256
from typing import TYPE_CHECKING

from cryptography.hazmat.primitives.ciphers.aead import AESGCM

if TYPE_CHECKING:
    from streams.reading.log import Chain

NONCE_BYTES = 12


@dataclass(frozen=True, slots=True)
class Coordinates:
    """Coordinates of one record; unique for ever, so that a nonce made of them is used once under a key."""

    cluster_id: str
    topic_id: str
    partition: int
    offset: int

    @classmethod
    def of(cls, chain: Chain, partition: int, offset: int) -> Coordinates:
        """Return those of ``offset`` in a partition of ``chain``."""
        return cls(chain.cluster_id, chain.topic_id, partition, offset)

    @property
    def encoded(self) -> bytes:
        """The coordinates as bytes, each part behind its length."""
        parts = (self.cluster_id, self.topic_id, str(self.partition), str(self.offset))
        return b"".join(len(part.encode()).to_bytes(2, "big") + part.encode() for part in parts)


def closed(key: bytes, at: Coordinates, plain: bytes) -> bytes:
    """Return ``plain`` sealed with AES-256-GCM; the ciphertext opens for ``at`` only."""
    return AESGCM(key).encrypt(_nonce(at), plain, at.encoded)


def opened(key: bytes, at: Coordinates, sealed: bytes) -> bytes:
    """Return what was sealed for ``at``; raises ``cryptography.exceptions.InvalidTag`` for anything else."""
    return AESGCM(key).decrypt(_nonce(at), sealed, at.encoded)


def _nonce(at: Coordinates) -> bytes:
    return sha256(at.encoded).digest()[:NONCE_BYTES]
