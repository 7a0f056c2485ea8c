"""The one judge of one record: bytes, then JSON, then fields, then what the fields say together.

The stencil may only wave through what this would land without a reason or a mark of its own.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import streams.families
from puyango.members import members
from streams.judging import coherence, envelope, json_text, value
from streams.judging.horizon import Horizon, appended
from streams.judging.json_text import Number, Unreadable
from streams.judging.judgement import Judgement
from streams.privacy import pseudonym

if TYPE_CHECKING:
    from collections.abc import Mapping

    from puyango.settings import Settings
    from streams.contract import Contract
    from streams.privacy.keys import Keyring
    from streams.reading.log import Record

VERSION = "version"
_NUL = re.compile(rb"(?<!\\)(?:\\\\)*\\u0000")


class RowJudge:
    """Judges rows of one family; ``judged`` looks at one record alone."""

    def __init__(self, contract: Contract, settings: Settings, keyring: Keyring) -> None:
        """Prepare what is the same for every row."""
        self._contract = contract
        self._settings = settings
        self._keyring = keyring
        self._horizon = Horizon.of(contract, settings)
        self._declared = frozenset(field.name for field in contract.fields)
        families = [module.CONTRACT for module in members(streams.families)]
        self._required = _required(contract)
        self._others = [_required(other) for other in families if other.name != contract.name]

    def judged(self, record: Record) -> Judgement:
        """Return everything found about ``record``."""
        row = Judgement(self._contract)
        envelope.judge_headers(self._contract, record.headers, row)
        if not envelope.sized(record, self._settings):
            row.refuse(["too_large"])
        elif record.value is None:
            row.refuse(["tombstone"])
        else:
            self._judge_body(record, record.value, row)
        return row

    def _judge_body(self, record: Record, body: bytes, row: Judgement) -> None:
        try:
            sent, bom_removed = json_text.body(body, self._settings)
        except Unreadable as fault:
            row.refuse([fault.reason])
            return
        row.mark(["bom_removed"] if bom_removed else [])
        self._judge_fields(sent, row)
        if self._strange(sent):
            row.refuse(["unknown_type"])
        else:
            self._judge_undeclared({name: sent[name] for name in sent.keys() - self._declared}, row)
        coherence.judge(self._horizon, appended(record.timestamp), row)
        envelope.judge_key(self._contract, record.key, sent, self._settings, row)
        pseudonym.pseudonymise(self._contract, self._keyring, row)

    def _judge_fields(self, sent: Mapping[str, object], row: Judgement) -> None:
        for field in self._contract.fields:
            found = value.read(field, sent.get(field.name), self._settings)
            if field.name == self._contract.period:
                found = found._replace(reasons=tuple("bad_date" if r == "bad_code" else r for r in found.reasons))
            row.refuse(found.reasons, field.name)
            row.mark(found.marks, field.name)
            if found.value is not None:
                row.values[field.name] = found.value
            if found.withheld is not None:
                row.withheld[field.name] = found.withheld

    def _strange(self, sent: Mapping[str, object]) -> bool:
        """Whether the names are evidently another family's.

        They are where a required one is missing and all that another declared family requires are there, or
        where fewer than half of the required ones are there.
        """
        named = self._required & sent.keys()
        if len(named) == len(self._required):
            return False
        return 2 * len(named) < len(self._required) or any(other <= sent.keys() for other in self._others)

    def _judge_undeclared(self, extra: dict[str, object], row: Judgement) -> None:
        if not extra:
            return
        version = extra.get(VERSION)
        if VERSION in extra and not (isinstance(version, Number) and version.literal == str(self._contract.version)):
            row.refuse(["schema_unknown"])
        text = json_text.written(extra)
        if len(extra) > self._settings.undeclared_fields or len(text) > self._settings.undeclared_bytes:
            row.refuse(["undeclared_fields"])
        if _NUL.search(text):
            row.refuse(["control_chars"])
        row.mark(["extra_field"])
        row.withheld |= dict(sorted(extra.items()))


def _required(contract: Contract) -> frozenset[str]:
    return frozenset(field.name for field in contract.fields if field.required)
