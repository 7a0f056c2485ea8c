"""Status: where each partition stands, and that every offset is accounted for."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import polars as pl
import pytest
import typer
from typer.testing import CliRunner

from puyango.cli import ingest as ingest_command
from puyango.cli import status as status_command
from puyango.errors import JudgementFailed, UsageRefused
from streams.families.crossing_count import CONTRACT as COUNTS
from streams.families.trade_report import CONTRACT as TRADE
from streams.ingestion.progress import progress
from streams.landing import Landing
from streams.reading.log import Chain
from streams.segments.segment import Gap
from tests.landed import CHAIN, count, land, refused

if TYPE_CHECKING:
    from puyango.settings import Settings

MARCH = datetime(2026, 3, 1, tzinfo=UTC).date()


@pytest.fixture
def told(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Settings:
    """Return settings that the commands read too."""
    monkeypatch.setenv("PUYANGO_HOME", str(settings.home))
    monkeypatch.setenv("PUYANGO_KEYS", str(settings.keys))
    return settings


def some(settings: Settings) -> None:
    """Land two segments: 3 good rows and 2 refused ones, of which one for two reasons."""
    land(settings, [count("0901", MARCH, 1), refused("not_json"), count("0901", MARCH, 2)])
    land(settings, [refused("bad_code@post;not_json"), count("0901", MARCH, 3)])


def run(command: str, *arguments: str) -> str:
    """Run a command as a person does; return what it prints."""
    app = typer.Typer()
    status_command.register(app)
    ingest_command.register(app)
    result = CliRunner().invoke(app, [command, *arguments], catch_exceptions=False)
    assert result.exit_code == 0
    return result.output


def test_progress_adds_up_from_footers_alone(settings: Settings) -> None:
    """I1: produced = landed good + refused + gaps, with figures, without reading a row."""
    some(settings)
    (found,) = progress([COUNTS], Landing(settings.landing), {COUNTS.name: (CHAIN, {0: 9})})
    assert (found.produced, found.good, found.refused, found.gaps) == (5, 3, 2, 0)
    assert found.conserved
    assert (found.end, found.landed, found.lag) == (9, 5, 4)
    assert found.reasons == {"bad_code": 1, "not_json": 2}
    assert found.last_segment == "00000000000000000003.parquet"
    assert found.last_at is not None
    assert datetime.now(UTC) - found.last_at < timedelta(minutes=5)


def test_gaps_are_part_of_the_equation(settings: Settings) -> None:
    """A hole of the log is not a loss, and not landed either."""
    landing = Landing(settings.landing)
    some(settings)
    empty = landing.partition(COUNTS.name, CHAIN.folder, 0)
    assert empty.last()
    frame = pl.read_parquet(next(empty.scan()).path).clear()
    landing.publish(COUNTS, CHAIN, 0, 5, 8, frame, [Gap(5, 8, "hole")])
    (found,) = progress([COUNTS], landing, {})
    assert (found.produced, found.gaps, found.conserved, found.lag) == (8, 3, True, None)


def test_a_partition_that_has_not_landed_yet_is_shown_with_its_lag(settings: Settings) -> None:
    """Silence is a fault: what nobody reads must be seen."""
    found = progress([COUNTS], Landing(settings.landing), {COUNTS.name: (CHAIN, {0: 0, 1: 7})})
    assert [(each.partition, each.landed, each.lag) for each in found] == [(0, 0, 0), (1, 0, 7)]


def test_an_old_chain_is_not_compared_with_the_end_of_the_new_one(settings: Settings) -> None:
    """A topic made anew ends elsewhere; a lag across the two would be nonsense."""
    some(settings)
    now = Chain(CHAIN.cluster_id, "made-anew", CHAIN.topic)
    found = progress([COUNTS], Landing(settings.landing), {COUNTS.name: (now, {0: 2})})
    assert {each.chain: each.lag for each in found} == {CHAIN.folder: None, now.folder: 2}


def test_status_works_while_the_broker_is_down_and_says_so(told: Settings) -> None:
    """An operator looks at status just when something is down."""
    some(told)
    said = run("status")
    assert "produced 5 = good 3 + refused 2 + gaps 0  holds" in said
    assert "no broker" in said.replace("\n", " ")
    assert "refused not_json: 2 rows" in said


def test_status_for_programs_is_one_json_object(told: Settings) -> None:
    """Monitoring reads what a person reads."""
    some(told)
    said = json.loads(run("status", COUNTS.name, "--json"))
    assert list(said["unasked"]) == [COUNTS.name]
    (found,) = said["partitions"]
    assert (found["good"], found["refused"], found["produced"], found["conserved"]) == (3, 2, 5, True)


def test_status_lists_what_came_beyond_its_lateness(told: Settings) -> None:
    """T5: never left out, but somebody should know."""
    land(told, [count("0901", MARCH, 1, marks="late_beyond_policy"), count("0901", MARCH, 2, marks="late")])
    (found,) = progress([COUNTS], Landing(told.landing), {})
    assert found.late == 1
    assert "late" in run("status", "--late")


@pytest.mark.parametrize("lost", [0, 1], ids=["the first segment", "one in the middle"])
@pytest.mark.parametrize("form", [(), ("--json",)], ids=["for a person", "for a program"])
def test_offsets_that_are_not_accounted_for_end_with_a_code(told: Settings, lost: int, form: tuple[str, ...]) -> None:
    """A service that watches the exit code must wake somebody: a segment is gone (I1)."""
    for _ in range(2):
        some(told)
    sorted(told.landing.rglob("*.parquet"))[lost].unlink()
    with pytest.raises(JudgementFailed, match=r"crossing_count\[0\] of cluster-topic") as refusal:
        run("status", COUNTS.name, *form)
    assert refusal.value.exit_code == 1


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["status", "crosing_count"], "Did you mean crossing_count"),
        (["ingest", "trade"], f"{TRADE.name}"),
        (["ingest", "--partitions", "0,x"], "0,1"),
        (["ingest", "--partitions", "-1"], "0,1"),
        (["ingest", "--partitions", ""], "0,1"),
        (["ingest", "--accept-refusals", "crossing_count:0"], "FAMILY:PARTITION:OFFSET"),
        (["ingest", "trade_report", "--accept-refusals", "crossing_count:0:0"], "trade_report"),
    ],
)
def test_a_slip_on_the_command_line_is_answered_with_what_was_meant(arguments: list[str], said: str) -> None:
    """O1 and O10: exit code 2, and nothing is started."""
    with pytest.raises(UsageRefused) as refusal:
        run(arguments[0], *arguments[1:])
    assert refusal.value.exit_code == 2
    assert said in str(refusal.value)
