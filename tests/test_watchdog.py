"""Waits of the ingester: how they grow, and what ends those that outlive their limit."""

from __future__ import annotations

import signal
import subprocess
import sys
import threading

import pytest

from puyango.errors import (
    DiskFailed,
)
from streams.ingestion import patience
from streams.reading.watchdog import Watchdog


@pytest.mark.parametrize(
    ("code", "most", "raises_at"), [("disk_full", None, None), ("disk_full", 4, 4), ("disk_error", None, 3)]
)
def test_patience_grows_to_a_minute_and_has_an_end(
    code: str, most: int | None, raises_at: int | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    """I12: every wait has an end and a stated outcome; an operator's terminal is not a place to wait for ever."""
    stop, waits = threading.Event(), list[float]()
    monkeypatch.setattr(threading.Event, "wait", lambda _event, timeout: waits.append(timeout))
    error = DiskFailed("no space", code=code)
    patient = patience.Patience(stop, most)
    failed = None
    for tries in range(1, 10):
        try:
            patient.answer(error, tries)
        except DiskFailed:
            failed = tries
            break
    assert failed == raises_at
    assert waits == [1, 2, 4, 8, 16, 32, 60, 60, 60][: (raises_at or 10) - 1]


def test_a_wait_that_outlives_its_limit_is_ended() -> None:
    """P12: a poll that never returns would be silence for ever."""
    bitten: list[str] = []
    with Watchdog(bitten.append) as watchdog, watchdog.limit("poll", 0.3):
        threading.Event().wait(2)
    assert bitten[0] == "poll"


def test_a_wait_that_keeps_its_limit_is_left_alone() -> None:
    """P14: no false alarm, however often it is asked."""
    bitten: list[str] = []
    with Watchdog(bitten.append) as watchdog:
        for _ in range(20):
            with watchdog.limit("poll", 1):
                threading.Event().wait(0.1)
    assert bitten == []


def test_the_watchdog_ends_the_process_with_a_stack_and_the_code_for_a_restart() -> None:
    """A service manager restarts on 70, and whoever looks later sees where it hung."""
    program = (
        "from streams.reading import watchdog; import time\nwith watchdog.Watchdog().limit('poll', 0.1): time.sleep(60)"
    )
    ended = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, timeout=50, check=False)
    assert ended.returncode == 70
    assert 'File "<string>", line 2' in ended.stderr


def test_a_process_that_slept_has_not_waited() -> None:
    """P5: a zombie that wakes up after an hour goes on; it was stopped, not hung. Clocks do not count either."""
    program = (
        "from streams.reading import watchdog; import time\n"
        "with watchdog.Watchdog().limit('poll', 4): print(1, flush=True); time.sleep(2)"
    )
    process = subprocess.Popen([sys.executable, "-c", program], stdout=subprocess.PIPE)
    assert process.stdout
    process.stdout.readline()
    process.send_signal(signal.SIGSTOP)
    threading.Event().wait(6)
    process.send_signal(signal.SIGCONT)
    assert process.wait(timeout=50) == 0
    process.stdout.close()
