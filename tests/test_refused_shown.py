"""Refused bytes: shown to whoever may see them, on a terminal alone, and every look is recorded."""

from __future__ import annotations

import os
import pty
import re
import subprocess
import sys
from contextlib import suppress
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest

from puyango.errors import ChainBroken, OperatorNeeded, UsageRefused
from streams.landing import Landing
from streams.privacy import audit
from streams.privacy.keys import Keyring
from streams.refused.opening import Opener, escaped
from streams.refused.rows import row
from tests.ingested import CONTRACT, filled, good
from tests.test_refused import FAMILY, body, land, small

if TYPE_CHECKING:
    from pathlib import Path

    from puyango.settings import Settings

__all__ = ["small"]

NOW = datetime(2026, 11, 24, tzinfo=UTC)


def test_what_is_shown_is_what_was_sent(small: Settings) -> None:
    """Byte for byte, or the desk is told of an error that nobody made."""
    land(filled([good(0), b"\xff\x00{"]), small)
    found = row(Landing(small.landing), CONTRACT, 0, 1)
    opener = Opener(CONTRACT, found.chain, Keyring.open(small))
    assert opener.open(0, 1, found.known_at, found.sealed or b"") == b"\xff\x00{"
    assert (found.reasons, found.replayed) == ("not_utf8", False)


def test_moved_or_altered_bytes_are_not_shown(small: Settings) -> None:
    """PV8: a row shown under another's offset would accuse the wrong producer."""
    land(filled([b"{"]), small)
    found = row(Landing(small.landing), CONTRACT, 0, 0)
    opener = Opener(CONTRACT, found.chain, Keyring.open(small))
    sealed = found.sealed or b""
    for offset, bytes_ in ((1, sealed), (0, sealed[:-1] + bytes([sealed[-1] ^ 1]))):
        with pytest.raises(OperatorNeeded, match="are not what was sealed there"):
            opener.open(0, offset, found.known_at, bytes_)


@pytest.mark.parametrize(("offset", "told"), [(0, "was not refused"), (9, "has not landed")])
def test_a_row_that_is_none_is_told(small: Settings, offset: int, told: str) -> None:
    """A mistyped offset must not show another row."""
    land(filled([good(0)]), small)
    with pytest.raises(UsageRefused, match=told):
        row(Landing(small.landing), CONTRACT, 0, offset)


def test_the_audit_is_a_chain(tmp_path: Path) -> None:
    """S21: remove, alter or reorder a line, and it says no."""
    for number in range(4):
        audit.note(tmp_path, NOW, "ana", "refused row shown", row=f"x:0:{number}", reason="why")
    assert audit.verify(tmp_path) == 4
    file = tmp_path / audit.NAME
    lines = file.read_bytes().splitlines(keepends=True)
    for spoilt in (
        [lines[0], *lines[2:]],
        [lines[1], lines[0], *lines[2:]],
        [lines[0].replace(b"ana", b"eva"), *lines[1:]],
    ):
        file.write_bytes(b"".join(spoilt))
        with pytest.raises(ChainBroken, match="does not follow"):
            audit.verify(tmp_path)


def test_nothing_that_a_terminal_would_obey_is_shown() -> None:
    """A refused row is what an attacker wrote."""
    shown = escaped(b"ok \xc3\xa9 \x1b[2J\r\n\xff\x00" + "\u202e".encode())
    assert shown.isprintable()
    assert shown == "ok é \\x1b[2J\\r\\n\\xff\\x00\\u202e"


def command(settings: Settings, *words: str, terminal: bool = False) -> tuple[int, str]:
    """Run ``puyango refused``; return its exit code and what it said, all of it."""
    environ = {**os.environ, "PUYANGO_HOME": str(settings.home), "PUYANGO_KEYS": str(settings.keys), "COLUMNS": "200"}
    program = [sys.executable, "-c", "from puyango.cli import main; main()", "refused", *words]
    if not terminal:
        done = subprocess.run(program, env=environ, capture_output=True, text=True, timeout=60, check=False)
        return done.returncode, done.stdout + done.stderr
    ours, theirs = pty.openpty()
    with subprocess.Popen(program, env=environ, stdout=theirs, stderr=subprocess.PIPE) as process:
        _, complaint = process.communicate(timeout=60)
        os.close(theirs)
        said = b""
        with suppress(OSError):
            while part := os.read(ours, 4096):
                said += part
    os.close(ours)
    return process.returncode, re.sub(r"\x1b\[[0-9;]*m", "", (said + complaint).decode())


def test_a_refused_row_is_shown_on_a_terminal_and_the_look_is_recorded(small: Settings) -> None:
    """The bytes may be a person's; a pipe has a file or a log at its end."""
    land(filled([good(0), b"\x1b[31m{"]), small)
    code, said = command(small, "show", f"{FAMILY}:0:1", "--reason", "the desk asks")
    assert code == 2
    assert "standard output is no terminal" in said
    assert audit.verify(small.home) == 0
    code, said = command(small, "show", f"{FAMILY}:0:1", "--reason", "the desk asks", "--by", "ana", terminal=True)
    assert code == 0, said
    assert "not_json" in said
    assert "\\x1b[31m{" in said
    assert audit.verify(small.home) == 1
    assert '"person": "ana"' in (small.home / audit.NAME).read_text("utf-8")


def test_the_commands_count_and_replay(small: Settings) -> None:
    """What was counted is what is replayed; an unrepaired contract lands nothing, and says so."""
    land(filled([good(0), body(1), b"{"]), small)
    code, said = command(small, "list")
    assert code == 0
    assert f"{FAMILY}:0  2 refused, 0 replayed later" in said
    assert "unknown_code" in said
    for landed, told in ((1, "2 refused rows: 1 landed, 1 are refused again"), (0, "1 refused rows: 0 landed, 1 are")):
        code, said = command(small, "replay", FAMILY, "--reason", "pedestrians were missing")
        assert code == 0, said
        assert told in said
        assert ("Next: puyango collect" in said) == bool(landed)
    code, said = command(small, "replay", FAMILY, "--reason", " ")
    assert code == 2
    assert audit.verify(small.home) == 2
