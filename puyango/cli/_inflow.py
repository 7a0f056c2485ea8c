"""The way from the shipped files to the landing, with progress."""

from __future__ import annotations

from threading import Event
from typing import TYPE_CHECKING

import streams.families
from puyango.cli import _border
from puyango.cli._stage import stage
from puyango.members import members

if TYPE_CHECKING:
    from collections.abc import Sequence

    from puyango.settings import Settings
    from streams.contract import Contract
    from streams.segments.segment import Segment
    from streams.sources.account import Progress


def bring(settings: Settings, *, simulated: bool) -> None:
    """Make the topics, send every shipped source, and a simulated border if it is asked for, and land all of it."""
    from streams.broker import topics  # noqa: PLC0415 -- engines load only where they work
    from streams.sources.source import sources  # noqa: PLC0415 -- as above

    contracts = [module.CONTRACT for module in members(streams.families)]
    with stage("Create one topic a family") as now:
        for contract in contracts:
            made = topics.create(settings, contract)
            now.say(f"{contract.topic}{'' if made else ' was there'}")
    for name in sources():
        _replay(settings, name)
    if simulated:
        _border.bring(settings)
    _land(settings, contracts)


def _replay(settings: Settings, name: str) -> None:
    from streams.replay import replay  # noqa: PLC0415 -- as above
    from streams.sources.source import source  # noqa: PLC0415 -- as above

    found = source(name)
    with stage(f"Replay {name}") as now:
        now.expect(found.rows)
        rows: dict[str, int] = {}

        def report(step: Progress) -> None:
            rows[step.file] = step.done
            now.moved(sum(rows.values()))

        done = replay(settings, name, report=report)
        now.say(f"{found.publisher}: {done.rows:,} rows, {done.sent:,} sent to {done.topic}")


def _land(settings: Settings, contracts: Sequence[Contract]) -> None:
    from streams.ingest import ingest  # noqa: PLC0415 -- as above
    from streams.landing import Landing  # noqa: PLC0415 -- as above
    from streams.privacy.keys import Keyring  # noqa: PLC0415 -- as above
    from streams.reading.kafka_log import KafkaLog  # noqa: PLC0415 -- as above

    landing = Landing(settings.landing)
    landed: list[Segment] = []
    with stage("Land every record exactly once, judged") as now:

        def report(segment: Segment) -> None:
            landed.append(segment)
            now.moved(sum(each.rows for each in landed))

        log = KafkaLog(settings, contracts)
        try:
            now.expect(sum(sum(log.end_offsets(contract.topic).values()) for contract in contracts))
            keyring = Keyring.open(settings)
            ingest(contracts, log, landing, keyring, settings, until_caught_up=True, stop=Event(), report=report)
        finally:
            log.close()
        good, refused = (sum(getattr(each, name) for each in landed) for name in ("good", "refused"))
        now.say(f"{len(landed)} segments, {good:,} good rows, {refused:,} refused")
