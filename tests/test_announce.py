"""The announcements of landed days: each told once, none of them ever in the way of ingest."""

from __future__ import annotations

import json
import socket
import threading
import time
from collections import deque
from contextlib import closing
from dataclasses import dataclass, field
from datetime import date, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from structlog.testing import capture_logs

from puyango.errors import ConfigRefused, NotPermitted
from streams.airflow import Airflow
from streams.announce import MOST_DAYS, MOST_WAITING, Announcer, announcing
from streams.segments.segment import Segment
from tests.ingested import filled, good, land_with

if TYPE_CHECKING:
    from collections.abc import Iterator

    from puyango.settings import Settings

DAY = date(2026, 3, 1)
HEALTH = {"metadatabase": {"status": "healthy"}, "scheduler": {"status": "unhealthy"}, "triggerer": None}
ASSETS = [{"name": "bronze/crossing_count_old", "id": 6}, {"name": "bronze/crossing_count", "id": 7}]


def segment(*days: date, family: str = "crossing_count") -> Segment:
    """Return what is told of a landed segment that touches ``days``."""
    rows = len(days)
    return Segment(family, "c-t", 0, 0, rows, rows, rows, 0, (), days, Path("x"), 1, "", "w")


def days(count: int, first: date = DAY) -> list[date]:
    """Return so many days."""
    return [first + timedelta(days=step) for step in range(count)]


@dataclass
class Stand:
    """A stand-in for Airflow: answers as 3.3 does, or with the statuses that wait in ``answers``."""

    events: list[dict[str, Any]] = field(default_factory=list)
    answers: deque[int] = field(default_factory=deque)
    tokens: list[str] = field(default_factory=list)
    url: str = ""
    delay_s: float = 0.0

    def reply(self, method: str, path: str, token: str, body: Any) -> tuple[int, dict[str, Any]]:  # noqa: ANN401 - JSON
        """Return status and body of the answer."""
        time.sleep(self.delay_s)
        if self.answers and (status := self.answers.popleft()):
            return status, {"detail": "no"}
        if path == "/api/v2/monitor/health":
            return 200, HEALTH
        if path == "/auth/token":
            if body != {"username": "ingester", "password": "secret"}:
                return 401, {}
            self.tokens.append(f"t{len(self.tokens)}")
            return 201, {"access_token": self.tokens[-1]}
        known = token == f"Bearer {self.tokens[-1] if self.tokens else '?'}"
        if known and method == "POST":
            self.events.append(body)
        return (200, {"assets": ASSETS}) if known else (401, {})


@pytest.fixture
def stand() -> Iterator[Stand]:
    """Yield a stand-in that listens on loopback."""
    found = Stand()

    class Handler(BaseHTTPRequestHandler):
        def answer(self) -> None:
            size = int(self.headers.get("Content-Length") or 0)
            body = json.loads(self.rfile.read(size)) if size else None
            path = self.path.partition("?")[0]
            status, said = found.reply(self.command, path, self.headers.get("Authorization", ""), body)
            content = json.dumps(said).encode()
            self.send_response(status)
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        do_GET = do_POST = answer  # noqa: N815 - so the library calls them

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        server.daemon_threads = True
        found.url = f"http://127.0.0.1:{server.server_port}"
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield found
        server.shutdown()
        thread.join()


@pytest.fixture
def silent() -> Iterator[str]:
    """Yield the address of a server that takes every connection and never says a word."""
    with closing(socket.create_server(("127.0.0.1", 0))) as listening:
        yield f"http://127.0.0.1:{listening.getsockname()[1]}"


def closed() -> str:
    """Return an address of this machine at which nobody listens."""
    with closing(socket.create_server(("127.0.0.1", 0))) as listening:
        return f"http://127.0.0.1:{listening.getsockname()[1]}"


def announcer(url: str, password: str = "secret", limit_s: float = 5.0) -> Announcer:  # noqa: S107 - of the stand-in
    """Return an announcer that tries again at once."""
    return Announcer(Airflow(url, "ingester", password, limit_s), first_pause_s=0.01)


def until(true: Any, limit_s: float = 10.0) -> None:  # noqa: ANN401 - anything that can be called
    """Wait until ``true``."""
    deadline = time.monotonic() + limit_s
    while not true():
        assert time.monotonic() < deadline
        time.sleep(0.01)


def test_each_day_of_a_segment_is_announced_with_its_key(stand: Stand) -> None:
    """Without a key nineteen of twenty events of a burst start no run (measured on Airflow 3.3.2)."""
    with announcer(stand.url) as told:
        told.hear(segment(*days(3)))
    assert [event["partition_key"] for event in stand.events] == ["2026-03-01", "2026-03-02", "2026-03-03"]
    assert {event["asset_id"] for event in stand.events} == {7}
    assert len(stand.tokens) == 1


def test_a_segment_of_history_is_left_to_the_sweep(stand: Stand) -> None:
    """Thirty years replayed would start hundreds of runs, each for a day, where one batch does it all."""
    with announcer(stand.url) as told:
        told.hear(segment(*days(MOST_DAYS + 1)))
        told.hear(segment(*days(MOST_DAYS)))
    assert len(stand.events) == MOST_DAYS
    assert told.count.history == MOST_DAYS + 1


def test_a_day_that_waits_is_not_announced_twice(stand: Stand) -> None:
    """A run takes all that has landed of its day; a hundred events of one day are one thing to do."""
    stand.delay_s = 0.05
    with announcer(stand.url) as told:
        for _ in range(50):
            told.hear(segment(DAY))
    assert 1 <= len(stand.events) <= 3
    assert stand.events[-1]["partition_key"] == "2026-03-01"


@pytest.mark.parametrize("status", [500, 503, 429, 401, 403, 302])
def test_what_may_heal_is_tried_again_until_it_does(stand: Stand, status: int) -> None:
    """Airflow on SQLite answers 500 under load, and everything while it restarts: no day is lost by that."""
    stand.answers.extend([0, 0, status, status, status])
    with announcer(stand.url) as told:
        told.hear(segment(DAY))
        until(lambda: stand.events)
    assert told.count.announced == 1


def test_an_event_that_airflow_takes_for_wrong_does_not_hold_up_the_others(stand: Stand) -> None:
    """One that is never accepted would otherwise be first in the queue for ever."""
    stand.answers.extend([0, 0, 422])
    with announcer(stand.url) as told:
        told.hear(segment(*days(2)))
    assert [event["partition_key"] for event in stand.events] == ["2026-03-02"]
    assert told.count.dropped == 1


def test_a_token_that_is_no_longer_taken_is_asked_for_again(stand: Stand) -> None:
    """It lasts a day; an ingester lasts longer."""
    with announcer(stand.url) as told:
        told.hear(segment(DAY))
        until(lambda: stand.events)
        stand.tokens.append("another")
        told.hear(segment(days(2)[1]))
        until(lambda: len(stand.events) == 2)
    assert told.count.announced == 2


def test_an_asset_that_is_not_known_yet_is_waited_for(stand: Stand) -> None:
    """The first segment may land before Airflow has read its first DAG file."""
    with capture_logs() as logs, announcer(stand.url) as told:
        told.hear(segment(DAY, family="trade_report"))
        until(lambda: logs)
        ASSETS.append({"name": "bronze/trade_report", "id": 8})
        try:
            until(lambda: stand.events)
        finally:
            ASSETS.pop()
    assert stand.events[0]["asset_id"] == 8


def test_unreachable_airflow_costs_one_warning_and_no_time(stand: Stand) -> None:
    """The log of an ingester that runs for a week without Airflow must stay readable."""
    began = time.monotonic()
    with capture_logs() as logs, announcer(closed()) as told:
        for first in range(20):
            told.hear(segment(*days(5, DAY + timedelta(days=first))))
        heard_s = time.monotonic() - began
        time.sleep(0.3)
    assert heard_s < 0.2
    warnings = [each["event"] for each in logs if each["log_level"] == "warning"]
    assert warnings == ["not announced; ingest goes on, the sweep will find it", "announced"]
    assert not stand.events


def test_what_becomes_too_much_is_let_go_and_counted() -> None:
    """A week without Airflow may not fill the memory of the ingester."""
    with announcer(closed()) as told:
        for first in days(MOST_WAITING + 100, date(1990, 1, 1)):
            told.hear(segment(first))
        assert told.count.dropped in range(98, 102)


def test_an_airflow_that_hangs_does_not_hold_up_the_end(silent: str) -> None:
    """An orderly stop lands what is held and ends within seconds, whoever else is ill."""
    began = time.monotonic()
    with announcer(silent, limit_s=60.0) as told:
        told.hear(segment(DAY))
        time.sleep(0.1)
    assert time.monotonic() - began < 5.0


@pytest.mark.parametrize("place", ["closed", "silent", "gone"])
def test_ingest_lands_the_same_whoever_is_told(
    place: str, silent: str, stand: Stand, settings: Settings, tmp_path: Path
) -> None:
    """Airflow decides when; what has landed is not its business."""
    secret = tmp_path / "password"
    secret.write_text("secret", encoding="utf-8")
    secret.chmod(0o600)
    url = {"closed": closed(), "silent": silent, "gone": stand.url}[place]
    stand.answers.extend([503] * 1000)
    facts = {"airflow_url": url, "airflow_username": "ingester", "airflow_password_file": secret, "segment_rows": 10}
    asked = settings.model_copy(update=facts)
    landed: list[Segment] = []
    stop = threading.Event()
    with announcing(asked) as hear:

        def report(each: Segment) -> None:
            landed.append(each)
            hear(each)
            if sum(one.rows for one in landed) == 100:
                stop.set()

        began = time.monotonic()
        land_with(filled([good(n) for n in range(100)]), asked, report=report, stop=stop)
        assert time.monotonic() - began < 5.0
    assert sum(each.good for each in landed) == 100


def test_without_an_address_nothing_is_asked(settings: Settings) -> None:
    """Whoever runs no Airflow need not know that it exists."""
    with announcing(settings) as hear:
        hear(segment(DAY))
    assert threading.active_count() == len([each for each in threading.enumerate() if each.name != "announcer"])


@pytest.mark.parametrize(
    "url",
    ["http://airflow.example.org", "ftp://127.0.0.1", "http://u:p@127.0.0.1", "nowhere", "http://127.0.0.1:99999"],
)
def test_an_unsafe_address_is_refused_before_anything_is_sent(url: str) -> None:
    """A password in the clear on somebody's network is lost."""
    with pytest.raises(ConfigRefused):
        Airflow(url, "ingester", "secret")


def test_a_password_that_others_may_read_is_refused(settings: Settings, tmp_path: Path) -> None:
    """As for every other secret file."""
    secret = tmp_path / "password"
    secret.write_text("secret", encoding="utf-8")
    secret.chmod(0o644)
    facts = {"airflow_url": "http://127.0.0.1:1", "airflow_username": "ingester", "airflow_password_file": secret}
    with pytest.raises(NotPermitted, match="0644"):
        Airflow.of(settings.model_copy(update=facts))
    with pytest.raises(ConfigRefused, match="nobody to log in as"):
        Airflow.of(settings.model_copy(update={"airflow_url": "http://127.0.0.1:1"}))


def test_health_is_what_each_component_says(stand: Stand) -> None:
    """A component of which nothing is said is not taken for healthy."""
    assert Airflow(stand.url).health() == {
        "metadatabase": "healthy",
        "scheduler": "unhealthy",
        "triggerer": "unknown",
        "dag_processor": "unknown",
    }
