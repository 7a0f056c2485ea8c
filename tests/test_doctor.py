"""The doctor: what is broken on purpose is found, named with its place, and nothing sound is accused."""

from __future__ import annotations

import json
import os
import shutil
import sqlite3
from contextlib import closing
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING

import pytest

from dags.doctor.doctor import declared, examined
from dags.doctor.examinations import disk
from puyango.cli import doctor as command
from puyango.errors import JudgementFailed, UsageRefused
from streams.landing import Landing
from streams.privacy import audit
from tests.ingested import filled
from tests.ingested import land as ingested
from tests.landed import count
from tests.landed import land as landed
from transforms import catalogue
from warehouse import archive, register

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from puyango.settings import Settings
    from streams.segments.segment import Segment

NOW = datetime(2026, 11, 24, tzinfo=UTC)
FAMILY = "crossing_count"


@pytest.fixture
def home(told: Settings) -> Settings:
    """Return settings of a home in which all is sound: segments, a lake, a vintage, keys of their own."""
    return told.model_copy(update={"keys": told.home.parent / "keys"})


def segments(settings: Settings) -> list[Segment]:
    return Landing(settings.landing).segments(FAMILY)


def found(settings: Settings, name: str) -> list[tuple[str, str]]:
    return [(each.kind, each.what) for each in examined(settings, declared()[name])]


def altered(path: Path) -> None:
    """Change one byte amid the rows, of which neither footer nor size tells."""
    content = bytearray(path.read_bytes())
    content[10] ^= 1
    path.chmod(0o640)
    path.write_bytes(content)


def test_a_sound_home_has_no_fault_and_the_demo_is_a_note(home: Settings) -> None:
    """Whoever is told of faults that are none reads no further."""
    told = {name: found(home, name) for name in declared()}
    notes = {
        "broker": [("note", "the local broker is stopped")],
        "settings": [("note", "the profile is demo: its keys are no secret")],
    }
    assert told == {key: [] for key in told} | notes
    assert list(told) == sorted(told)


def test_an_empty_home_has_no_fault(settings: Settings) -> None:
    """A newcomer may ask before anything was done."""
    assert {kind for name in declared() for kind, _ in found(settings, name)} == {"note"}
    assert not settings.home.exists()


def test_the_last_segment_is_compared_with_the_ledger(home: Settings) -> None:
    """No footer vouches for the last of a chain, and a note of its digest was made before it was altered."""
    last = segments(home)[-1].path
    altered(last)
    (told,) = found(home, "landing")
    assert told[0] == "fault"
    assert told[1].startswith(f"{last} has sha256 ")


def test_a_segment_amid_the_chain_that_was_altered_or_lost_is_named(home: Settings) -> None:
    """Both its follower and the ledger know of it."""
    first, second, *_ = segments(home)
    altered(first.path)
    told = [what for _, what in found(home, "landing")]
    assert any(what.startswith(f"{first.path} has sha256 ") for what in told)
    assert any(what.startswith(f"{second.path} does not follow {first.path.name}") for what in told)
    first.path.unlink()
    told = [what for _, what in found(home, "landing")]
    assert f"{first.path} was collected and is not in the landing" in told
    assert any(what.startswith(f"{second.path} does not follow the beginning of its log") for what in told)


def test_what_has_landed_and_is_not_collected_is_a_note(home: Settings) -> None:
    """It is so for a moment after each segment."""
    landed(home, [count("2606", date(2019, 7, 1), 1)])
    assert [kind for kind, _ in found(home, "landing")] == ["note"]


def test_strangers_in_the_landing_are_named_and_no_link_is_followed(home: Settings) -> None:
    """FAULTS D8 and O26: a foreign file, folder or link is never opened."""
    folder = segments(home)[0].path.parent
    planted = [
        home.landing / "notes.txt",
        folder.parent / "backup",
        folder / "00000000000000000009.parquet",
        folder / "copy.parquet",
        home.landing / "somebody",
    ]
    planted[0].touch()
    (planted[1] / "0").mkdir(parents=True)
    planted[2].symlink_to(folder / "copy.parquet")
    shutil.copy(segments(home)[0].path, planted[3])
    planted[4].symlink_to("/")
    told = {what for _, what in found(home, "strangers")}
    assert told == {f"{path} is no part of the landing" for path in planted}


def test_what_a_dead_writer_left_is_told_apart_from_strangers(home: Settings) -> None:
    """The ingester takes the one away by itself, and never the other."""
    folder = segments(home)[0].path.parent
    left = folder / ".00000000000000000009.parquet.elsewhere.1.0a1b2c3d.tmp"
    left.touch()
    assert found(home, "strangers") == [("fault", f"{left} is no part of the landing")]
    os.utime(left, (0, 0))
    assert found(home, "strangers") == [("fault", f"{left} was left by a writer that died")]


@pytest.mark.parametrize("spoil", [lambda path: path.unlink(), lambda path: path.write_bytes(b"PAR1")])
def test_a_file_of_the_lake_that_is_lost_or_cut_is_named_with_its_table(
    home: Settings, spoil: Callable[[Path], None]
) -> None:
    """Whoever asks another table would never see it."""
    file = min((catalogue.data(home) / "bronze" / FAMILY).rglob("*.parquet"))
    spoil(file)
    assert [what.split(" of ")[0] for _, what in found(home, "lake")] == [str(file)]
    assert f"bronze.{FAMILY}" in found(home, "lake")[0][1]


def test_a_damaged_catalogue_and_one_outside_of_wal_are_told(home: Settings) -> None:
    """H15: in any other mode readers stop the writer."""
    path = catalogue.path(home)
    with closing(sqlite3.connect(path)) as con:
        con.execute("pragma journal_mode = delete")
    assert [what for _, what in found(home, "lake")] == [
        f"the catalogue {path} is in journal mode delete, in which readers stop the writer"
    ]
    content = path.read_bytes()
    path.write_bytes(content[:4096] + b"\xff" * 4096 + content[8192:])
    assert found(home, "lake")[0][1].startswith(f"the catalogue {path} is damaged")


def test_a_mart_that_is_not_what_was_published_is_told(home: Settings) -> None:
    """P9: it goes by the figures, and says how to have them again."""
    vintage = register.read(home)[-1]
    archive.path(home, vintage).unlink()
    assert [kind for kind, _ in found(home, "vintages")] == ["fault"]
    register.path(home).chmod(0o640)
    register.path(home).write_text(register.path(home).read_text(encoding="utf-8")[1:], encoding="utf-8")
    assert str(register.path(home)) in found(home, "vintages")[0][1]


def test_an_altered_line_of_the_audit_is_named(home: Settings) -> None:
    """S21."""
    for number in range(2):
        audit.note(home.home, NOW, "ana", "refused row shown", row=f"x:0:{number}", reason="why")
    file = home.home / audit.NAME
    file.write_bytes(file.read_bytes().replace(b"ana", b"eva", 1))
    assert found(home, "audit") == [("fault", f"{file} line 2 does not follow the line before")]


def test_keys_that_others_can_read_or_that_do_not_open_are_named(home: Settings) -> None:
    """The names of keys alone, never what is in them."""
    ingested(filled([b"{"]), home.model_copy(update={"home": home.home.parent / "other"}))
    (key,) = home.keys.rglob("*.key")
    assert found(home, "keys") == []
    key.chmod(0o644)
    assert found(home, "keys") == [("fault", f"{key} can be read by others than its owner")]
    key.chmod(0o600)
    key.write_bytes(bytes(len(key.read_bytes())))
    assert found(home, "keys") == [("fault", f"{key} was wrapped by another master key")]
    production = home.model_copy(update={"profile": "production"})
    assert "master.key does not exist" in found(production, "keys")[-1][1]


def test_a_disk_across_a_network_or_nearly_full_or_open_to_others_is_refused(
    home: Settings, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """H15: locks of a network file system cannot be relied on."""
    mounts = tmp_path / "mounts"
    mounts.write_text(f"/dev/a / ext4 rw 0 0\nserver:/x {home.home.parent} nfs4 rw 0 0\n", encoding="utf-8")
    monkeypatch.setattr(disk, "MOUNTS", mounts)
    assert [what.partition(" is on a ")[2][:4] for _, what in found(home, "disk")] == ["nfs4"]
    mounts.write_text(f"/dev/a / nfs4 rw 0 0\n/dev/b {home.home.parent} ext4 rw 0 0\n", encoding="utf-8")
    assert found(home, "disk") == []
    monkeypatch.setattr(disk, "FREE_BYTES", 2**62)
    home.landing.chmod(0o777)
    assert [what.rpartition(f"{home.home}")[0] for _, what in found(home, "disk")][1:] == [""]
    assert len(found(home, "disk")) == 2


def test_an_unsafe_setting_is_named(home: Settings) -> None:
    """H4."""
    unsafe = home.model_copy(update={"kafka_enable_auto_commit": True})
    assert "PUYANGO_KAFKA_ENABLE_AUTO_COMMIT" in found(unsafe, "settings")[-1][1]


def test_the_command_answers_with_1_and_every_finding_once(
    home: Settings, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """A service manager reads the code, a program the JSON, a person the rest."""
    monkeypatch.setenv("PUYANGO_HOME", str(home.home))
    monkeypatch.setenv("PUYANGO_KEYS", str(home.keys))
    command.doctor(["landing", "landing", "strangers"], as_json=True)
    assert json.loads(capsys.readouterr().out) == {"landing": [], "strangers": []}
    (home.landing / "x").touch()
    with pytest.raises(JudgementFailed, match="faults found: 1 in strangers"):
        command.doctor(["strangers"])
    assert capsys.readouterr().out.count(f"{home.landing / 'x'} is no part of the landing") == 1
    with pytest.raises(UsageRefused, match="They are: airflow, audit, broker"):
        command.doctor(["lakes"])


@pytest.mark.broker
def test_a_log_that_is_another_or_lost_what_has_not_landed_is_told(clean: Settings) -> None:
    """What the ingester would stop for is told before it runs."""
    names = [what for kind, what in found(clean, "broker") if FAMILY in what]
    assert names == []
    landed(clean, [count("2606", date(2019, 7, 1), 1)])
    told = [what for kind, what in found(clean, "broker") if FAMILY in what]
    assert len(told) == 1
    assert "cluster is another one" in told[0]
