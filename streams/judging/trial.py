"""Judgement without consequence: what hop 1 would find about bodies, of which nothing is kept."""

from __future__ import annotations

from typing import TYPE_CHECKING

from streams.judging.judge import Judge
from streams.privacy.keys import Keyring
from streams.reading.framing import Record
from streams.reading.log import Batch

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import datetime

    from puyango.settings import Settings
    from streams.contract import Contract
    from streams.judging.judgement import Judgement


class Trial:
    """Judges as hop 1 does what would be appended ``now``; pseudonyms are made with a key that nobody keeps.

    That an administration has no key here is found at landing alone: producers need no keys.
    """

    def __init__(self, contract: Contract, settings: Settings, now: datetime) -> None:
        """Make the judge."""
        self._judge = Judge(contract, settings, Keyring.passing())
        self._topic = contract.topic
        self._headers = (("schema", contract.schema_header),)
        self._now_ms = int(now.timestamp() * 1000)

    def findings(self, keys: Sequence[bytes] | None, bodies: Sequence[bytes]) -> Iterator[tuple[int, Judgement]]:
        """Yield place and judgement of each body that is not evidently without fault or mark."""
        records = [
            Record(place, self._now_ms, keys[place] if keys else None, body, self._headers, -1)
            for place, body in enumerate(bodies)
        ]
        yield from self._judge.findings(Batch(self._topic, 0, 0, len(records), records))
