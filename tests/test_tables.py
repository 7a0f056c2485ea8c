"""Silver tables: each keeps what its declaration says, on any events of its family and on real ones."""

from __future__ import annotations

from datetime import date
from functools import cache
from pathlib import Path
from tempfile import mkdtemp
from typing import TYPE_CHECKING

import polars as pl
import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis
from hypothesis import strategies as st
from polars.testing import assert_frame_equal

from puyango import reference
from puyango.settings import Settings
from streams import schema, strategies
from streams.judging.judge import Judge
from streams.privacy.keys import Keyring
from streams.reading.log import Batch
from streams.sources.bts_border_crossing import SOURCE
from streams.sources.source import DATA, Layout
from tests.landed import CHAIN, START, count, frame
from transforms import bronze, declaration, fold, settle, table
from transforms.tables import reported_count

if TYPE_CHECKING:
    from streams.contract import Contract
    from streams.event import Value
    from transforms.table import Table

TABLES = [module.TABLE for module in table.declared().values()]
every = pytest.mark.parametrize("asked", TABLES, ids=lambda table: table.name)
RECORDS = [
    asked
    for asked in TABLES
    if {field.name for field in asked.fields} <= {field.name for field in (*asked.reads.fields, *table.FOLDED)}
]
"""Tables that keep every thing of their family as it was last recorded; the others follow from several."""
kept = pytest.mark.parametrize("asked", RECORDS, ids=lambda table: table.name)
SASABE, JUNE = date(2021, 2, 1), date(2019, 6, 1)


@cache
def judge(family: str) -> Judge:
    home = Path(mkdtemp())
    settings = Settings(home=home, keys=home / "keys")
    return Judge(bronze.contract(family), settings, Keyring.open(settings))


def events(contract: Contract, sent: list[dict[str, Value]]) -> pl.DataFrame:
    """Return the good rows that these events land as, with the chain they came by."""
    records = [strategies.record(contract, body, offset) for offset, body in enumerate(sent)]
    judged = judge(contract.name).frame(CHAIN, Batch(contract.topic, 0, 0, len(records), records))
    return (
        judged.filter(pl.col("reasons").is_null()).with_columns(chain=pl.lit("chain")).select(*bronze.columns(contract))
    )


@st.composite
def stories(draw: st.DrawFn, contract: Contract) -> list[dict[str, Value]]:
    """Return events of which some are sent again, and some again with other fields but the same thing.

    Some of these belong to the same day, some to another, where the thing does not say which.
    """
    told = draw(st.lists(strategies.events(contract), min_size=1, max_size=4))
    again = draw(st.lists(st.sampled_from(told), max_size=3))
    kept = {*contract.thing, contract.anchor, contract.instant}
    others = [
        {**draw(strategies.events(contract)), **{name: value for name, value in body.items() if name in same}}
        for same in (kept, set(contract.thing))
        for body in draw(st.lists(st.sampled_from(told), max_size=2))
    ]
    return draw(st.permutations([*told, *again, *others]))


@every
def test_a_declaration_hangs_together(asked: Table) -> None:
    """Keys, anchors and code lists that do not exist are found here, not in the night."""
    names = [field.column for field in asked.fields]
    assert len(names) == len(set(names))
    assert {*asked.key, asked.anchor} <= set(names)
    assert asked.anchor == asked.reads.anchor
    assert asked.anchor in asked.key
    assert all(field.says.endswith(".") for field in asked.fields)
    assert names[-4:] == ["known_at", "events_seen", "values_seen", "marks"]
    assert all(declaration.codes(asked).values())


@every
def test_columns_carried_over_are_the_contracts(asked: Table) -> None:
    """The same quantity under another type or meaning would be two truths."""
    contract = {field.column: field for field in asked.reads.fields}
    assert all(contract[field.column] == field for field in asked.fields if field.column in contract)


@every
def test_no_events_are_no_rows_of_the_right_form(asked: Table) -> None:
    """A day that lost its events must still be replaceable."""
    nothing = pl.LazyFrame(schema=bronze.columns(asked.reads))
    rows = settle.whole(nothing, asked).collect()
    assert rows.schema == pl.Schema(schema.columns(asked.fields))
    assert rows.is_empty()


@kept
@hypothesis(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_any_events_fold_to_one_row_a_thing_and_day_and_all_are_counted(asked: Table, data: st.DataObject) -> None:
    """Nothing is invented and nothing lost on the way to silver, in whatever order files are read."""
    landed = events(asked.reads, data.draw(stories(asked.reads)))
    rows = settle.whole(landed.lazy(), asked).collect()
    assert rows.schema == pl.Schema(schema.columns(asked.fields))
    assert rows.select(asked.key).rows() == sorted(set(landed.select(*asked.reads.thing, asked.reads.anchor).rows()))
    assert rows["events_seen"].sum() == of_the_last_edition(landed, asked).height
    assert (rows["values_seen"] <= rows["events_seen"]).all()
    shuffled = landed.sample(fraction=1, shuffle=True, seed=data.draw(st.integers(0, 99)))
    assert_frame_equal(rows, settle.whole(shuffled.lazy(), asked).collect())


def of_the_last_edition(landed: pl.DataFrame, asked: Table) -> pl.DataFrame:
    """Return the events that a row counts: an earlier edition is another version, which bronze keeps."""
    contract = asked.reads
    if not contract.edition:
        return landed
    return landed.filter(pl.col(contract.edition) == pl.col(contract.edition).max().over(*contract.thing, bronze.DAY))


@kept
@hypothesis(max_examples=15, deadline=None, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_a_day_is_a_function_of_its_own_events(asked: Table, data: st.DataObject) -> None:
    """One day can be settled again without looking at any other (D5), because of nothing else.

    Kills: a fold by the thing alone, which gives one row where a thing was sent under two days.
    """
    landed = events(asked.reads, data.draw(stories(asked.reads)))
    whole = settle.whole(landed.lazy(), asked)
    apart = [
        settle.whole(landed.lazy().filter(anchor_day=day), asked) for day in landed["anchor_day"].unique().to_list()
    ]
    assert_frame_equal(whole.collect(), pl.concat(apart).sort(asked.key).collect())


def test_published_rows_of_bts_keep_their_repetitions_and_their_one_contradiction() -> None:
    """The real file of 1996 to 2025: 10 rows of June 2019 are there twice, Sasabe in February 2021 has 2175 and 0."""
    file = pl.read_parquet(DATA / SOURCE.files[0]).cast(pl.String)
    texts = file.select(reading.made for reading in SOURCE.readings(Layout({}, (), "")))
    landed = texts.with_columns(
        pl.col("period_first_day").str.to_date(),
        pl.col("reported_count").cast(pl.Int64),
        anchor_day=pl.col("period_first_day").str.to_date(),
        chain=pl.lit("chain"),
        partition=pl.lit(0, pl.Int32),
        offset=pl.int_range(pl.len(), dtype=pl.Int64),
        known_at=pl.lit(START).cast(schema.INSTANT),
        marks=pl.lit(None, pl.String),
        source_repairs=pl.lit(None, pl.String),
    )
    rows = reported_count.build(landed.lazy()).collect()
    assert landed.height == 399_406
    assert rows.height == 399_395
    assert rows.filter(marks="repeated")["period_first_day"].to_list() == [JUNE] * 10
    conflicting = rows.filter(marks="conflicting")
    assert conflicting.select("post_name", "period_first_day", "measure", "values_seen").rows() == [
        ("Sasabe", SASABE, "bus_passengers", 2)
    ]
    printed = landed.join(conflicting, on=reported_count.TABLE.key, how="semi").sort("offset")["reported_count"]
    assert sorted(printed) == [0, 2175]
    assert conflicting["reported_count"].item() == printed[-1]


def test_a_count_under_another_name_of_the_port_is_no_contradiction() -> None:
    """Publishers rename ports; the figure is what a conflict is about."""
    landed = frame(
        reported_count.READS, [count("2606", JUNE, 5), count("2606", JUNE, 5, post_name="Sasabe (new)")], 0, 0
    ).with_columns(chain=pl.lit("chain"))
    rows = reported_count.build(landed.lazy()).collect()
    assert rows.select("post_name", "marks").rows() == [("Sasabe (new)", "repeated")]


def test_every_code_of_the_shipped_counts_is_listed() -> None:
    """Real ports that the reference data lacks would be marked on every row, and the mark would mean nothing."""
    file = pl.read_parquet(DATA / SOURCE.files[0])
    assert set(file["Port Code"].unique()) <= reference.codes("posts")
    rows = pl.LazyFrame({"post": file["Port Code"].unique(), "marks": None}, schema_overrides={"marks": pl.String})
    posts = [field for field in reported_count.TABLE.fields if field.name == "post"]
    assert fold.unlisted(rows, posts, declaration.codes(reported_count.TABLE)).collect()["marks"].null_count() == 117
