"""Opens what was sealed of a refused row, for whoever has the keys; nothing that is opened is kept."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from cryptography.exceptions import InvalidTag

from puyango.errors import OperatorNeeded
from streams.privacy import seal
from streams.privacy.seal import Coordinates
from streams.reading.log import Chain

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from streams.contract import Contract
    from streams.privacy.keys import Keyring


class Destroyed(OperatorNeeded):
    """The key of a day is gone, and what it sealed with it."""

    code = "key_destroyed"


@dataclass
class Opener:
    """Opens rows of one log, whose name in the landing is ``folder``."""

    contract: Contract
    folder: str
    keyring: Keyring
    _chain: Chain | None = field(default=None, init=False)

    @property
    def chains(self) -> Iterator[Chain]:
        """The logs that have this name: where both ids may hold a hyphen, the name does not say where they meet."""
        for place, sign in enumerate(self.folder):
            if sign == "-":
                yield Chain(self.folder[:place], self.folder[place + 1 :], self.contract.topic)

    def chain(self) -> Chain:
        """Return the log, once a row of it was opened."""
        return self._chain or next(self.chains)

    def open(self, partition: int, offset: int, known_at: datetime, sealed: bytes) -> bytes:
        """Return the exact bytes that the producer sent.

        Raises ``Destroyed`` where the day's key is gone, ``OperatorNeeded`` where the bytes are not what was sealed.
        """
        key = self.keyring.kept_key(self.contract.name, known_at.date())
        if key is None:
            what = f"the key of what {self.contract.name} refused on {known_at.date()} has been destroyed"
            raise Destroyed(what, "Nobody can read these bytes any more.")
        for chain in [self._chain] if self._chain else self.chains:
            try:
                plain = seal.opened(key, Coordinates.of(chain, partition, offset), sealed)
            except InvalidTag:
                continue
            self._chain = chain
            return plain
        what = f"{self.contract.name}:{partition}:{offset}: the sealed bytes are not what was sealed there"
        raise OperatorNeeded(what, "Restore the segment from a backup; see puyango doctor.", code="chain_broken")


def escaped(plain: bytes) -> str:
    """Return the bytes as text that no terminal obeys: printable letters as they are, everything else escaped."""
    text = plain.decode("utf-8", "backslashreplace")
    return "".join(sign if sign.isprintable() else sign.encode("unicode_escape").decode() for sign in text)
