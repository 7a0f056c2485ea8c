"""The simulator: the same to the byte, fit for its contract, and recovered as far as it was recorded."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING

import polars as pl
import pytest
from rich.console import Console

from puyango.cli import _border
from puyango.cli import simulate as command
from puyango.errors import UsageRefused
from puyango.settings import Settings
from streams.event import ENCODER
from streams.judging.trial import Trial
from streams.reading.kafka_log import KafkaLog
from streams.simulation.calibration import LAND, monthly_entries
from streams.simulation.phenomenon import Phenomenon, phenomena
from streams.simulation.simulate import LABEL, simulate
from streams.simulation.world import SOURCE, World
from tests.landed import land
from tests.published import refine
from tests.streamed import make_anew
from transforms import collect, lake

if TYPE_CHECKING:
    from pathlib import Path


FIRST = date(2025, 2, 24)
"""Carnival follows, so that a holiday is in it."""
WORLD = World(7, FIRST, 12, 0.02)
EVERY = sorted(phenomena())
NOW = datetime(2026, 1, 1, tzinfo=UTC)


def told(name: str, world: World = WORLD) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Return all events and all truth of a phenomenon."""
    days = list(phenomena()[name].run(world))
    return pl.concat([day.events for day in days]), pl.concat([day.truth for day in days])


@pytest.fixture(params=EVERY)
def each(request: pytest.FixtureRequest) -> Phenomenon:
    """Return every phenomenon in turn."""
    return phenomena()[request.param]


def test_the_same_seed_gives_the_same_bytes_and_another_does_not(each: Phenomenon, tmp_path: Path) -> None:
    """Kills whoever draws a chance from anything but seed, name and day."""
    written = []
    for place, seed in (("one", 7), ("two", 7), ("three", 8)):
        simulate(World(seed, FIRST, 3, 0.02), [each], tmp_path / place)
        written.append([(tmp_path / place / f"{each.name}{end}").read_bytes() for end in (".ndjson", ".truth.csv")])
    assert written[0] == written[1]
    assert written[0][0] != written[2][0]
    assert written[0][0]


def test_a_longer_world_begins_like_a_shorter_one(each: Phenomenon) -> None:
    """A day's events follow from what went before it alone, so that a year can be simulated in pieces."""
    short, long = (list(each.run(World(7, FIRST, days, 0.02))) for days in (3, 6))
    for day, same in zip(short, long[:3], strict=True):
        assert day.events.equals(same.events)


def test_every_event_is_good_and_says_that_it_is_simulated(
    each: Phenomenon, settings: Settings, tmp_path: Path
) -> None:
    """What the judge refuses is no event, and what does not say so is a lie."""
    (done,) = simulate(WORLD, [each], tmp_path)
    bodies = done.events.read_bytes().splitlines()
    events = [json.loads(body) for body in bodies]
    keys = [ENCODER.encode([event.get(name) for name in each.contract.thing]) for event in events]
    findings = Trial(each.contract, settings, NOW).findings(keys, bodies)
    assert [row.reasons for _, row in findings if row.reasons] == []
    assert {event["source"] for event in events} == {SOURCE}
    assert done.rows == len(events)
    about = json.loads((tmp_path / "simulated.json").read_text(encoding="utf-8"))
    assert (about["label"], about["seed"]) == (LABEL, 7)


def test_traffic_grows_with_its_scale_and_has_the_published_level() -> None:
    """The records of a month are those that IOM counts, within four standard errors."""
    month = World(3, date(2025, 3, 1), 31, 0.2)
    events, _ = told("people", month)
    entries = events.unique(["administration", "event_id"]).filter(
        (pl.col("administration") == "EC") & (pl.col("direction") == "entry") & (pl.col("nationality") == "PE")
    )
    peruvians = monthly_entries()["PE", 3] * 0.2 * 0.94
    assert abs(entries.height - peruvians) < 4 * peruvians**0.5 + 0.03 * peruvians


def test_the_truth_of_people_adds_up() -> None:
    """Whoever crossed passed the desk or did not; whoever passed was recorded or missed; both sides have one truth."""
    _, truth = told("people")
    counts = truth.select(pl.col("^.*_people$").sum()).row(0)
    assert counts[0] > counts[1] > counts[2] > 0
    assert 0.15 < 1 - counts[1] / counts[0] < 0.21
    left = truth.filter(direction="exit", administration="EC")["happened_people"].sum()
    came = truth.filter(direction="entry", administration="PE")["happened_people"].sum()
    assert left == came


@pytest.fixture(scope="module")
def refined(tmp_path_factory: pytest.TempPathFactory) -> tuple[Settings, pl.DataFrame]:
    """Return a lake in which the people of a world have gone to gold, and their truth."""
    settings = Settings(home=tmp_path_factory.mktemp("simulated") / "home")
    events, truth = told("people")
    land(settings, events.to_dicts(), phenomena()["people"].contract)
    collect.pending(settings, "traveller_crossing")
    refine(settings)
    return settings, truth


def test_gold_recovers_what_the_desks_recorded_exactly(refined: tuple[Settings, pl.DataFrame]) -> None:
    """Repeated, late and rectified records are one crossing each: bound 0."""
    settings, truth = refined
    asked = """
        select period_first_day as crossing_day, reporter as administration, direction, post, people_crossings::int as n
        from gold.people_crossings
        where freq = 'D'
    """
    names = ["crossing_day", "administration", "direction", "post"]
    recorded = truth.group_by(names).agg(n=pl.col("recorded_people").sum().cast(pl.Int32)).filter(pl.col("n") > 0)
    with lake.reading(settings) as con:
        found = con.execute(asked).pl()
    assert found.select(*names, "n").sort(names).equals(recorded.sort(names))


def test_the_mirror_of_a_crossing_point_recovers_both_counts_and_misses_the_irregular(
    refined: tuple[Settings, pl.DataFrame],
) -> None:
    """Coverage says how far two desks agree: about 99 %, although a fifth of the people pass neither."""
    settings, truth = refined
    asked = """
        select left_country, sum(recorded_exits)::int, sum(recorded_entries)::int, avg(people_mirror_coverage_pct)
        from gold.people_mirror_coverage_pct
        where pair = 'PE-EC-01'
        group by all
    """
    posts = ["huaquillas", "aguas-verdes"]
    true = (
        truth.filter(pl.col("post").is_in(posts))
        .group_by("administration", "direction")
        .agg(pl.col("^.*_people$").sum())
    )
    counts = {(row["administration"], row["direction"]): row for row in true.to_dicts()}
    with lake.reading(settings) as con:
        found = {left: told for left, *told in con.execute(asked).fetchall()}
    for left, entered in (("EC", "PE"), ("PE", "EC")):
        exits, entries, coverage = found[left]
        assert exits == counts[left, "exit"]["recorded_people"]
        assert entries == counts[entered, "entry"]["recorded_people"]
        assert coverage > 90
        assert exits < 0.9 * counts[left, "exit"]["happened_people"]


def test_the_demo_shows_what_is_simulated_beside_its_truth_and_says_so(refined: tuple[Settings, pl.DataFrame]) -> None:
    """A figure of nobody must never stand there as if it were one."""
    settings, truth = refined
    _border.folder(settings).mkdir(parents=True, exist_ok=True)
    truth.write_csv(_border.folder(settings) / "people.truth.csv")
    console = Console(record=True, width=160)
    console.print(_border.shown(settings))
    told = console.export_text()
    assert "SIMULATED, NOT REAL DATA" in told
    left = truth.filter(direction="exit", post="huaquillas").select(pl.col("^.*_people$").sum()).to_dicts()[0]
    line = next(line for line in told.splitlines() if "Exits to Peru recorded at Huaquillas" in line)
    recorded, happened = f"{left['recorded_people']:,}", f"{left['happened_people']:,}"
    assert line.split()[-4:] == ["-", recorded, recorded, happened]


@pytest.mark.broker
def test_a_simulated_border_is_sent_once(connected: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    """A second demo makes the same file, which has been sent."""
    monkeypatch.setattr(_border, "DAYS", 1)
    make_anew(connected, phenomena()["people"].contract)
    for _ in range(2):
        _border.bring(connected)
    log = KafkaLog(connected, [phenomena()["people"].contract])
    sent = sum(log.end_offsets(phenomena()["people"].contract.topic).values())
    log.close()
    assert sent == len((_border.folder(connected) / "people.ndjson").read_bytes().splitlines())


def test_both_desks_record_the_same_people_but_for_those_that_one_missed() -> None:
    """A mirror of the two countries finds a gap of about one in a hundred, never of the irregular, whom neither has."""
    events, _ = told("people", World(7, FIRST, 12, 0.2))
    seen = events.unique(["administration", "event_id"]).group_by("administration", "direction").len()
    counts = {(row["administration"], row["direction"]): row["len"] for row in seen.to_dicts()}
    for left, came in ((("EC", "exit"), ("PE", "entry")), (("PE", "exit"), ("EC", "entry"))):
        assert abs(counts[left] - counts[came]) / counts[left] < 0.02


def test_posts_are_those_of_the_border() -> None:
    """Each crossing has a post of either country, and they face one another."""
    events, _ = told("people")
    ecuador = events.filter(administration="EC")["post"].unique().to_list()
    peru = events.filter(administration="PE")["post"].unique().to_list()
    assert set(ecuador) <= set(LAND)
    assert "aguas-verdes" in peru
    assert not set(peru) & set(LAND)


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ({"days": 0}, "--days 0 is out of range"),
        ({"scale": -1.0}, "--scale -1 is out of range"),
        ({"first": "2025-13-01"}, "--first 2025-13-01 is not a day"),
        ({"names": ["poeple"]}, "there is no phenomenon poeple"),
    ],
)
def test_what_cannot_be_simulated_is_refused(given: dict[str, object], told: str, tmp_path: Path) -> None:
    """Exit code 2, and what would be right."""
    with pytest.raises(UsageRefused, match=told):
        command.simulate(**{"out": tmp_path, **given})  # type: ignore[arg-type]  # options by name
