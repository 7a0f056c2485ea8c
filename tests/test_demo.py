"""The demo and the README: what a newcomer types, typed by a test."""

from __future__ import annotations

import os
import re
import sys
from dataclasses import dataclass
from pathlib import Path
from subprocess import PIPE, STDOUT, run
from typing import TYPE_CHECKING

import duckdb
import psutil
import pytest

from expectations import oracle
from puyango.settings import Settings
from streams.sources.source import sources
from transforms import content, lake
from warehouse import register

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).parent.parent
BIN = Path(sys.executable).parent
README = (ROOT / "README.md").read_text(encoding="utf-8")
LAKE = (ROOT / "docs" / "lake.md").read_text(encoding="utf-8")
BLOCK = re.compile(r"^```(bash|sql)\n(.*?)^```", re.MULTILINE | re.DOTALL)
LIMIT_S = 1_200

pytestmark = pytest.mark.broker


@dataclass(frozen=True)
class Shown:
    """A home in which the demo has run once, and what it printed."""

    settings: Settings
    output: str

    def typed(self, command: str) -> str:
        """Return what ``command`` prints in a shell whose path holds the environment's programs."""
        environ = {
            **os.environ,
            "PATH": f"{BIN}{os.pathsep}{os.environ['PATH']}",
            "PUYANGO_HOME": str(self.settings.home),
            "PUYANGO_KEYS": str(self.settings.keys),
        }
        done = run(
            ["/bin/bash", "-c", command],
            env=environ,
            stdout=PIPE,
            stderr=STDOUT,
            text=True,
            timeout=LIMIT_S,
            check=False,
        )
        assert done.returncode == 0, f"{command}: exit {done.returncode}\n{done.stdout}"
        return done.stdout


@pytest.fixture(scope="module")
def shown(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shown]:
    """Run the demo from nothing in a home of its own."""
    folder = tmp_path_factory.mktemp("demo")
    settings = Settings(home=folder / "var", keys=folder / "keys")
    first = Shown(settings, "")
    yield Shown(settings, first.typed("puyango demo"))
    first.typed("puyango broker stop")


def test_every_published_total_is_shown_equal_to_ours(shown: Shown) -> None:
    """The figures of the original publishers are the reason to believe the rest."""
    for each in oracle.oracles():
        told = [line for line in shown.output.splitlines() if f"{each.published:,}" in line and each.unit in line]
        assert ["equal"] in [line.split()[-1:] for line in told], each.name
    assert {True} == {each.equal for each in oracle.compare(shown.settings)}


def test_nothing_is_left_running_after_the_demo(shown: Shown) -> None:
    """A newcomer's machine is as it was; what the demo says of itself is true."""
    assert "Nothing is left running" in shown.output
    home = str(shown.settings.home)
    assert not [each for each in psutil.process_iter(["cmdline"]) if _names(each, home)]


def _names(process: psutil.Process, home: str) -> bool:
    return any(home in part for part in process.info["cmdline"] or ())


def test_a_second_demo_sends_and_builds_nothing_and_shows_the_same_totals(shown: Shown) -> None:
    """Every hop remembers in its own output what it has done."""
    published, built = register.read(shown.settings), _built(shown.settings)
    second = shown.typed("puyango demo")
    assert second.count(", 0 sent to") == len(sources())
    assert len(published) == 1
    assert register.read(shown.settings) == published
    assert _built(shown.settings) == built
    assert len(oracle.oracles()) == sum(line.split()[-1:] == ["equal"] for line in second.splitlines())


def _built(settings: Settings) -> list[tuple[object, ...]]:
    """Return which periods were built and which days settled, by which batch."""
    with lake.reading(settings) as con:
        days = "select table_name, anchor_day, batch from ops.settled_day"
        return con.execute(
            f"select indicator, period_first_day, batch from ops.built_period union all {days}"
        ).fetchall()


def test_people_find_the_page_of_the_checks_and_the_extract(shown: Shown) -> None:
    """An official opens files; the demo leaves them where it says."""
    (vintage,) = register.read(shown.settings)
    assert str(shown.settings.checks) in shown.output
    assert shown.settings.checks.read_text(encoding="utf-8").count("<html") == 1
    folder = shown.settings.extracts / vintage.folder
    assert "OK" in shown.typed(f"cd {folder} && sha256sum -c SHA256SUMS")
    assert vintage.name in shown.typed('puyango vintages && puyango sql "from revision limit 5"')


def test_every_command_of_the_readme_runs_as_it_stands(shown: Shown) -> None:
    """A README that does not run is the first thing a newcomer meets."""
    blocks = [block for kind, block in BLOCK.findall(README) if kind == "bash" and "puyango broker start" in block]
    assert len(blocks) == 1
    printed = {line: shown.typed(line) for line in blocks[0].splitlines() if line.strip()}
    rebuilt = next(output for line, output in printed.items() if line.startswith("puyango rebuild"))
    assert "not equal" not in rebuilt
    equal = [line for line in rebuilt.splitlines() if line.split()[-1:] == ["equal"]]
    with lake.reading(shown.settings) as con:
        there = content.tables(con)
    assert len(equal) == len(there)
    assert {("gold", name) for name in _published(shown)} <= set(there)


def _published(shown: Shown) -> list[str]:
    """Return the indicators of which the mart has figures."""
    with duckdb.connect(str(shown.settings.mart), read_only=True) as con:
        return [name for (name,) in con.execute("select indicator from catalogue where rows > 0").fetchall()]


def test_every_query_of_the_readme_answers_from_the_mart_alone(shown: Shown) -> None:
    """The economist's door needs plain DuckDB and nothing else."""
    with duckdb.connect(str(shown.settings.mart), read_only=True) as con:
        for kind, block in BLOCK.findall(README):
            if kind == "sql":
                for query in con.extract_statements(block):
                    assert con.execute(query).fetchall(), query.query


def test_every_query_of_the_lake_page_answers_in_the_shell(shown: Shown) -> None:
    """The other door: the lake, attached read-only with the file that the build leaves."""
    queries = next(block for kind, block in BLOCK.findall(LAKE) if kind == "sql")
    attached = f"duckdb -bail -noheader -list -init {shown.settings.lake}/attach.sql"
    script = shown.settings.home / "queries.sql"
    script.write_text(queries, encoding="utf-8")
    answered = shown.typed(f"{attached} < {script}")
    assert "Sasabe" in answered
    assert "Error" not in answered
