"""``puyango demo``: real data through a real Kafka to indicators, and the published totals beside ours."""

from __future__ import annotations

import shutil
from threading import Event
from typing import TYPE_CHECKING, Annotated

import typer
from rich.table import Table

import streams.families
from puyango.cli import _pipeline as pipeline
from puyango.cli._stage import CONSOLE, stage
from puyango.errors import JudgementFailed
from puyango.log import configure
from puyango.members import members
from puyango.settings import load

if TYPE_CHECKING:
    from collections.abc import Sequence

    from puyango.settings import Settings
    from streams.contract import Contract
    from streams.segment import Segment
    from streams.sources.account import Progress

LOOK = """
[bold]Where to look[/]
  {mart}   the mart: one file, plain DuckDB
  {lake}/   the lake: bronze, silver, gold and the ledger
  {landing}/   the segments, one run of offsets each
  .venv/bin/puyango status       what was produced, landed and refused
  .venv/bin/puyango check --last what every rule said; the warnings are real defects of the sources

[bold]Three queries to try[/]   .venv/bin/duckdb -readonly {mart}
  select indicator, title_es, unit, caveat_es from catalogue;
  select year(period_first_day) as year, sum(vehicle_reported_count) as trucks from vehicle_reported_count
    where measure = 'trucks' and counterpart = 'MX' group by all order by year;
  select post, sum(trade_value_usd) as value_usd from trade_value_usd where partner = 'MX' and mode = 'road'
    group by all order by value_usd desc limit 5;
"""


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command()(demo)


def demo(
    fresh: Annotated[bool, typer.Option("--fresh", help="Begin from nothing: remove what earlier runs left.")] = False,
) -> None:
    """Take the shipped real data all the way and compare with the totals that its publishers printed.

    A second run finds the work done and only checks it. A broker that this command started is stopped at the end.

    Examples: `puyango demo`, or from nothing `puyango demo --fresh`
    """
    settings = load()
    configure(quiet=True)
    CONSOLE.rule("[bold]Puyango: real border data, through a real Kafka, to figures")
    if fresh:
        _forget(settings)
    left = _bring(settings)
    _refine(settings)
    equal = _compare(settings)
    CONSOLE.print(LOOK.format(mart=settings.mart, lake=settings.lake, landing=settings.landing))
    CONSOLE.print(left, markup=False)
    pipeline.answer(settings)
    if not equal:
        raise JudgementFailed("a figure differs from the published one", "See puyango check --last.")


def _forget(settings: Settings) -> None:
    """Remove what a demo makes, and nothing else of the home."""
    from streams.broker import server  # noqa: PLC0415 -- engines load only where they work

    server.stop(settings)
    made = (settings.landing, settings.lake, settings.drafts, settings.mart.parent, settings.broker)
    for folder in (*made, settings.home / "replay"):
        shutil.rmtree(folder, ignore_errors=True)


def _bring(settings: Settings) -> str:
    """Take the shipped files to the landing; return what is left running, in words."""
    from streams.broker import server  # noqa: PLC0415 -- as above

    if settings.kafka_bootstrap_servers:
        _send_and_land(settings)
        return f"Your Kafka at {settings.kafka_bootstrap_servers} is left as it was, with three topics more."
    with stage("Start a real Apache Kafka on loopback") as now:
        status = server.start(settings)
        now.say(f"{status.address}, cluster {status.cluster_id}")
    if not status.began:
        _send_and_land(settings)
        return f"The broker that was running at {status.address} still runs; stop it with: puyango broker stop"
    try:
        _send_and_land(settings)
    finally:
        with stage("Stop Kafka in good order"):
            server.stop(settings)
    return "Nothing is left running. Kafka's log, the landing and the lake stay for the next run."


def _send_and_land(settings: Settings) -> None:
    from streams.broker import topics  # noqa: PLC0415 -- as above
    from streams.sources.source import sources  # noqa: PLC0415 -- as above

    contracts = [module.CONTRACT for module in members(streams.families)]
    with stage("Create one topic a family") as now:
        for contract in contracts:
            made = topics.create(settings, contract)
            now.say(f"{contract.topic}{'' if made else ' was there'}")
    for name in sources():
        _replay(settings, name)
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
    from streams.kafka_log import KafkaLog  # noqa: PLC0415 -- as above
    from streams.keys import Keyring  # noqa: PLC0415 -- as above
    from streams.landing import Landing  # noqa: PLC0415 -- as above

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


def _refine(settings: Settings) -> None:
    """Take the landing to the mart."""
    from transforms.table import declared  # noqa: PLC0415 -- as above
    from warehouse.indicator import indicators  # noqa: PLC0415 -- as above

    families = [module.CONTRACT.name for module in members(streams.families)]
    with stage("Collect into the lake, and judge bronze") as now:
        now.expect(len(families))
        for each in pipeline.collect(settings, families, now):
            now.say(f"bronze.{each.family}: {each.rows:,} rows of {len(each.days):,} days")
    with stage("Settle into silver, judged before it is put in place") as now:
        now.expect(len(declared()))
        for table in pipeline.settle(settings, declared(), now):
            now.say(f"silver.{table.table}: {table.wholes:,} days{' HELD' if table.held else ''}")
    ids = [indicator.id for indicator in indicators()]
    with stage("Build the indicators, judged before they are put in place") as now:
        now.expect(len(ids))
        for table in pipeline.build(settings, ids, now):
            now.say(f"gold.{table.table}: {table.wholes:,} periods{' HELD' if table.held else ''}")
    with stage("Publish the mart"):
        pipeline.publish(settings)


def _compare(settings: Settings) -> bool:
    """Show the published totals beside ours, and what the rules said; return whether all are equal."""
    from expectations import oracle  # noqa: PLC0415 -- as above

    with stage("Compare with the totals that the publishers printed"):
        found = list(oracle.compare(settings))
    table = Table("published total", "", "published", "ours", "", header_style="dim", box=None)
    for column in (2, 3):
        table.columns[column].justify = "right"
    for each in found:
        ours = "-" if each.ours is None else f"{each.ours:,}"
        verdict = "[green]equal[/]" if each.equal else "[bold red]NOT EQUAL[/]"
        table.add_row(each.oracle.title_en, each.oracle.unit, f"{each.oracle.published:,}", ours, verdict)
    CONSOLE.print(table)
    return all(each.equal for each in found)
