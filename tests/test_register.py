"""The register of vintages: a chain in which nothing can be changed, and what is lost comes back."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

import pytest

from streams.families.crossing_count import CONTRACT as COUNTS
from tests.published import judged, refine
from transforms import lake, rebuild
from warehouse import archive, entry, proof, publish, register
from warehouse.register import RegisterBroken

if TYPE_CHECKING:
    from collections.abc import Callable

    from puyango.settings import Settings


def test_a_lake_made_anew_goes_on_from_the_register(told: Settings) -> None:
    """Figures are made again from the landing; what was published is not, it is remembered (C7)."""
    made = publish.publish(told)
    rebuild.rebuild(told, [COUNTS.name], [refine])
    judged(told)
    assert publish.publish(told) == made
    with lake.reading(told) as con:
        assert not entry.there(con, made)
        assert con.execute("select count(*), count(snapshot) from ops.vintage").fetchone() == (2, 0)
    assert proof.faults(told) == []


def test_a_lost_register_comes_back_from_the_lake_line_by_line(told: Settings) -> None:
    """The folder of the extracts is where people tidy up."""
    publish.publish(told)
    before = register.path(told).read_bytes()
    shutil.rmtree(told.extracts)
    publish.publish(told)
    assert register.path(told).read_bytes() == before


def figure(text: str) -> str:
    return text.replace('"snapshot":', '"snapshot":1', 1)


def first_gone(text: str) -> str:
    return text.partition("\n")[2]


def swapped(text: str) -> str:
    first, second = text.splitlines()
    return f"{second}\n{first}\n"


def cut(text: str) -> str:
    return text[:-20]


@pytest.mark.parametrize(
    ("harm", "named"),
    [(figure, "line 2"), (first_gone, "line 1"), (swapped, "line 1"), (cut, "cut off"), (lambda _: "{}\n", "line 1")],
)
def test_a_register_that_was_changed_is_refused(told: Settings, harm: Callable[[str], str], named: str) -> None:
    """Whoever can edit what was published can edit what was true (S21)."""
    publish.publish(told)
    path = register.path(told)
    text = path.read_text(encoding="utf-8")
    path.chmod(0o640)
    path.write_text(harm(text), encoding="utf-8")
    with pytest.raises(RegisterBroken, match=named):
        publish.publish(told)
    assert any(named in fault for fault in proof.faults(told))


def test_a_line_taken_from_the_end_comes_back_and_is_noticed(told: Settings) -> None:
    """The chain cannot see its own end; the ledger of the lake can."""
    made = publish.publish(told)
    path = register.path(told)
    lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
    path.chmod(0o640)
    path.write_text(lines[0], encoding="utf-8")
    assert proof.faults(told) == [f"{made.name} is in lake.ops.vintage, but has no line in {path}"]
    assert publish.publish(told) == made
    assert proof.faults(told) == []


def test_a_mart_that_was_altered_or_lost_is_named(told: Settings) -> None:
    """A published file must say what was published, byte for byte or at least figure for figure (V4)."""
    made = publish.publish(told)
    (first, _) = register.read(told)
    archive.path(told, first).unlink()
    path = archive.path(told, made)
    path.chmod(0o640)
    path.write_bytes(b"nonsense")
    lost, unreadable = proof.faults(told)
    assert f"{first.name}: its mart {archive.path(told, first)} is lost" in lost
    assert made.name in unreadable
