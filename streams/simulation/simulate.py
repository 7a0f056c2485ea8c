"""Runs the phenomena of a world, day by day, and writes what is sent and what is true."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING

import polars as pl

from puyango import durable
from streams.event import Writer

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from streams.simulation.phenomenon import Phenomenon
    from streams.simulation.world import World

LABEL = "SIMULATED, NOT REAL DATA — DATOS SIMULADOS, NO REALES"
ABOUT = "simulated.json"


@dataclass(frozen=True, slots=True)
class Simulated:
    """What was written of one phenomenon: its events and its truth."""

    phenomenon: str
    family: str
    events: Path
    truth: Path
    rows: int


def simulate(
    world: World, wanted: Sequence[Phenomenon], folder: Path, report: Callable[[str, int], None] = lambda *_: None
) -> list[Simulated]:
    """Write the events of each phenomenon as NDJSON in the shape of its contract, its truth as CSV, and what was asked.

    The same world gives the same bytes. ``report`` hears the phenomenon and its events after every day. Raises
    ``OutputRefused`` or ``DiskFailed`` where nothing can be written.
    """
    done = [_written(world, each, folder, report) for each in wanted]
    about = {
        "label": LABEL,
        "seed": world.seed,
        "first_day": world.first.isoformat(),
        "days": world.days,
        "scale": world.scale,
        "phenomena": {each.name: each.says for each in wanted},
    }

    def put(aside: Path) -> None:
        aside.write_text(json.dumps(about, ensure_ascii=False, indent=1) + "\n", encoding="utf-8", newline="\n")

    durable.replace(folder / ABOUT, put)
    return done


def _written(world: World, each: Phenomenon, folder: Path, report: Callable[[str, int], None]) -> Simulated:
    events, truth = folder / f"{each.name}.ndjson", folder / f"{each.name}.truth.csv"
    told: list[pl.DataFrame] = []
    rows = 0

    def put(aside: Path) -> None:
        nonlocal rows
        with aside.open("wb") as file:
            for day in each.run(world):
                told.append(day.truth)
                write = Writer(each.contract, day.events.columns)
                spoken = day.events.with_columns(_spoken(day.events)).select(write.columns)
                file.writelines(write(row)[1] + b"\n" for row in spoken.iter_rows())
                rows += day.events.height
                report(each.name, rows)

    durable.replace(events, put)
    durable.replace(truth, lambda aside: pl.concat(told).write_csv(aside))
    return Simulated(each.name, each.family, events, truth, rows)


def _spoken(events: pl.DataFrame) -> list[pl.Expr]:
    """Return days and instants as events say them."""
    return [
        pl.col(name).dt.strftime("%Y-%m-%d" if kind == pl.Date else "%Y-%m-%dT%H:%M:%SZ")
        for name, kind in events.schema.items()
        if kind.is_temporal()
    ]
