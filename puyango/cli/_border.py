"""The simulated border of the demo: made, sent, and shown beside what is real and what is true of it."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import TYPE_CHECKING

from rich.table import Column, Table

from puyango.cli._stage import stage

if TYPE_CHECKING:
    from pathlib import Path

    from puyango.settings import Settings
    from streams.sources.account import Progress

SEED, FIRST, DAYS = 1, date(2025, 1, 1), 90
PHENOMENON = "people"
SHOWN = "SIMULATED, NOT REAL DATA, beside the real — DATOS SIMULADOS, NO REALES, junto a los reales"
FIGURES = """
with published as (
    select reporter, nationality, source = 'simulated' as simulated, sum(people_entries_by_nationality)::bigint as n
    from gold.people_entries_by_nationality
    where period_first_day between date '2025-01-01' and date '2025-03-01'
      and source in ('iom', 'simulated')
    group by all
)

select
    'Entries of Peruvians to Ecuador, January to March 2025'              as figure_en,
    'Entradas de peruanos al Ecuador, enero a marzo de 2025'              as figure_es,
    any_value(n) filter (not simulated)                                   as real,
    any_value(n) filter (simulated)                                       as simulated,
    (select sum(recorded_people) from truth where administration = 'EC' and direction = 'entry' and nationality = 'PE'),
    (select sum(happened_people) from truth where administration = 'EC' and direction = 'entry' and nationality = 'PE')
from published
where reporter = 'EC' and nationality = 'PE'

union all

select
    'Entries of Ecuadorians to Peru, January to March 2025',
    'Entradas de ecuatorianos al Perú, enero a marzo de 2025',
    any_value(n) filter (not simulated),
    any_value(n) filter (simulated),
    (select sum(recorded_people) from truth where administration = 'PE' and direction = 'entry' and nationality = 'EC'),
    (select sum(happened_people) from truth where administration = 'PE' and direction = 'entry' and nationality = 'EC')
from published
where reporter = 'PE' and nationality = 'EC'

union all

select
    'Exits to Peru recorded at Huaquillas',
    'Salidas al Perú registradas en Huaquillas',
    null,
    sum(recorded_exits)::bigint,
    (select sum(recorded_people) from truth where direction = 'exit' and post = 'huaquillas'),
    (select sum(happened_people) from truth where direction = 'exit' and post = 'huaquillas')
from gold.people_mirror_coverage_pct
where source = 'simulated' and pair = 'PE-EC-01' and left_country = 'EC'

union all

select
    'Entries recorded at Aguas Verdes, of the same people',
    'Entradas registradas en Aguas Verdes, de las mismas personas',
    null,
    sum(recorded_entries)::bigint,
    (select sum(recorded_people) from truth where direction = 'entry' and post = 'aguas-verdes'),
    (select sum(happened_people) from truth where direction = 'entry' and post = 'aguas-verdes')
from gold.people_mirror_coverage_pct
where source = 'simulated' and pair = 'PE-EC-01' and left_country = 'EC'
"""


def bring(settings: Settings) -> None:
    """Simulate the border and leave its events on their topic, once."""
    from streams.replay import offer  # noqa: PLC0415 -- engines load only where they work
    from streams.simulation.phenomenon import phenomena  # noqa: PLC0415 -- as above
    from streams.simulation.simulate import simulate  # noqa: PLC0415 -- as above
    from streams.simulation.world import World  # noqa: PLC0415 -- as above

    wanted = phenomena()[PHENOMENON]
    with stage(f"Simulate {DAYS} days of the border of Peru and Ecuador, both countries' records of it") as now:
        (done,) = simulate(World(SEED, FIRST, DAYS), [wanted], folder(settings))
        now.expect(2 * done.rows)

        def report(step: Progress) -> None:
            now.moved(step.done if "judged" in step.file else done.rows + step.done)

        sent = offer(settings, wanted.contract, [done.events], datetime.now(UTC), report=report)
        now.say(f"{done.rows:,} simulated events, {sent.sent:,} sent to {sent.topic}; the truth: {done.truth}")


def folder(settings: Settings) -> Path:
    """Return where the demo's simulated files lie."""
    return settings.home / "simulated" / "demo"


def shown(settings: Settings) -> Table:
    """Return what is real, what the platform says of the simulated border, and what is true of it."""
    from transforms import lake  # noqa: PLC0415 -- as above

    right = [Column(name, justify="right") for name in ("real", "simulated", "truth: recorded", "truth: crossed")]
    table = Table("figure", *right, title=SHOWN, title_style="bold yellow", header_style="dim", box=None)
    with lake.reading(settings) as con:
        truth = con.read_csv(str(folder(settings) / f"{PHENOMENON}.truth.csv"))
        con.register("truth", truth)
        for figure_en, figure_es, *counts in con.execute(FIGURES).fetchall():
            told = ("-" if count is None else f"{count:,}" for count in counts)
            table.add_row(f"{figure_en}\n[dim]{figure_es}[/]", *told)
    return table
