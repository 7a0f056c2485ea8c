"""``puyango demo``: real data through a real Kafka to indicators, and the published totals beside ours."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING, Annotated

import typer

from dags import hops
from puyango.cli import _border, _figures, _inflow
from puyango.cli._stage import CONSOLE, stage
from puyango.errors import JudgementFailed, UsageRefused
from puyango.log import configure
from puyango.settings import load

if TYPE_CHECKING:
    from dags.once import Ran
    from puyango.settings import Settings

OWN = ("replay", "airflow-demo", "as-of", "simulated")
LOOK = """
[bold]Where to look[/]
  {checks}   what the checks said, for people: open it in a browser
  {extracts}/   workbooks and CSV in Spanish and English, one folder a vintage
  {mart}   the mart: one file, plain DuckDB
  {lake}/   the lake: bronze, silver, gold and the ledger
  {landing}/   the segments, one run of offsets each
  .venv/bin/puyango status       what was produced, landed and refused
  .venv/bin/puyango vintages     what was published, and as of when

[bold]Three queries to try[/]   .venv/bin/duckdb -readonly {mart}
  select indicator, title_es, unit, caveat_es from catalogue;
  select year(period_first_day) as year, sum(vehicle_reported_count) as trucks from vehicle_reported_count
    where measure = 'trucks' and counterpart = 'MX' and period_first_day < '2025-01-01' group by all order by year;
  select post, sum(trade_value_usd) as imports_usd from trade_value_usd
    where flow = 'M' and partner = 'MX' and mode = 'road' group by all order by imports_usd desc limit 5;
"""


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command()(demo)


def demo(
    fresh: Annotated[bool, typer.Option("--fresh", help="Begin from nothing: remove what earlier runs left.")] = False,
    simulated: Annotated[
        bool, typer.Option("--simulated", help="Simulate 90 days of the border too, and show them, labelled.")
    ] = False,
) -> None:
    """Take the shipped real data all the way and compare with what its publishers printed.

    A second run finds the work done and only checks it. A broker that this command started is stopped at the end.

    With `--simulated` the checks also speak of simulated records; no mart and no extract holds any of them.

    Examples: `puyango demo`, from nothing `puyango demo --fresh`, with a simulated border `puyango demo --simulated`
    """
    settings = load()
    configure(quiet=True)
    CONSOLE.rule("[bold]Puyango: real border data, through a real Kafka, to figures")
    if fresh:
        if settings.profile != "demo" or settings.kafka_bootstrap_servers:
            raise UsageRefused(
                "--fresh removes the landing, and this is not a demo's own", "Use it without a cluster of your own."
            )
        _forget(settings)
    left = _bring(settings, simulated=simulated)
    _refine(settings)
    equal = _compare(settings)
    if simulated:
        CONSOLE.print(_border.shown(settings))
    CONSOLE.print(
        LOOK.format(**{name: getattr(settings, name) for name in ("checks", "extracts", "mart", "lake", "landing")})
    )
    CONSOLE.print(left, markup=False)
    hops.answer(settings)
    if not equal:
        raise JudgementFailed("a figure differs from the one stated for it", "See puyango check --last.")


def _forget(settings: Settings) -> None:
    """Remove what a demo makes, and nothing else of the home."""
    from streams.broker import server  # noqa: PLC0415 -- engines load only where they work

    server.stop(settings)
    made = (settings.landing, settings.lake, settings.drafts, settings.mart.parent, settings.broker)
    published = (settings.extracts, settings.checks.parent)
    for folder in (*made, *published, *(settings.home / name for name in OWN)):
        shutil.rmtree(folder, ignore_errors=True)


def _bring(settings: Settings, *, simulated: bool) -> str:
    """Take the shipped files to the landing; return what is left running, in words."""
    from streams.broker import server  # noqa: PLC0415 -- as above

    if settings.kafka_bootstrap_servers:
        _inflow.bring(settings, simulated=simulated)
        return f"Your Kafka at {settings.kafka_bootstrap_servers} is left as it was, with three topics more."
    with stage("Start a real Apache Kafka on loopback") as now:
        status = server.start(settings)
        now.say(f"{status.address}, cluster {status.cluster_id}")
    if not status.began:
        _inflow.bring(settings, simulated=simulated)
        return f"The broker that was running at {status.address} still runs; stop it with: puyango broker stop"
    try:
        _inflow.bring(settings, simulated=simulated)
    finally:
        with stage("Stop Kafka in good order"):
            server.stop(settings)
    return "Nothing is left running. Kafka's log, the landing and the lake stay for the next run."


def _refine(settings: Settings) -> None:
    """Take the landing to a published vintage with its extract and the page of the checks, by the very DAGs."""
    from dags.once import order, run_all  # noqa: PLC0415 -- as above

    with stage("Run Airflow's DAGs: collect, settle, build and publish, each judged on the way") as now:
        now.expect(len(order()))

        def report(ran: Ran) -> None:
            now.step()
            now.say(f"{ran.dag}: {ran.tasks} tasks, {ran.took_s:.1f} s")

        run_all(settings, report)
        now.say(_judged(settings))
    from warehouse import register as published  # noqa: PLC0415 -- as above

    vintage = published.read(settings)[-1]
    with stage(f"Vintage {vintage.name}") as now:
        now.say(f"known up to {vintage.as_of:%Y-%m-%d %H:%M:%S} UTC, {vintage.changed:,} figures differ from before")
        now.say(f"extract, workbooks in Spanish and English: {settings.extracts / vintage.folder}")


def _judged(settings: Settings) -> str:
    """Say in one line what every rule said when it was last asked."""
    from expectations import inspection  # noqa: PLC0415 -- as above

    verdicts = inspection.last(settings, inspection.asked("", ""))
    stops = sum(verdict.stops for verdict in verdicts)
    failed = sum(verdict.outcome != "passed" for verdict in verdicts) - stops
    return f"{len(verdicts):,} rules asked: {failed} warnings, which are real defects of the sources, and {stops} stops"


def _compare(settings: Settings) -> bool:
    """Show the figures known from elsewhere beside ours, in both languages; return whether all are equal."""
    from expectations import oracle  # noqa: PLC0415 -- as above

    with stage("Compare with what the publishers printed, and with their files"):
        found = list(oracle.compare(settings))
    CONSOLE.print(_figures.shown(found))
    return all(each.equal for each in found)
