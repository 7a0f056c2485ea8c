"""Refused rows: kept whole, shown to whoever may see them, and landed once by a corrected contract."""

from __future__ import annotations

from collections import Counter
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import polars as pl
import pytest
from hypothesis import given
from hypothesis import settings as bounded
from hypothesis import strategies as st

from expectations import gate
from puyango import durable
from puyango.errors import ChainBroken, OperatorNeeded, PuyangoError
from puyango.settings import Settings
from streams.judging.horizon import appended
from streams.landing import Landing
from streams.privacy.keys import Keyring
from streams.reading.memory_log import APPENDED_MS, MemoryLog
from streams.refused.opening import Opener
from streams.refused.replay import Replay, Replayed
from streams.refused.rows import accounts, row
from tests.ingested import CONTRACT, PLACE, filled, good
from tests.ingested import land as land_by
from transforms import collect, horizon, lake
from warehouse import events

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from streams.contract import Contract

NOW = datetime(2026, 11, 24, tzinfo=UTC)
FAMILY = CONTRACT.name


def body(number: int, measure: str = "pedestrians") -> bytes:
    """Return a body whose measure the contract did not know at first."""
    return good(number).replace(b'"trucks"', b'"%s"' % measure.encode())


def corrected(*measures: str) -> Contract:
    """Return the contract as it was at first, without two of its measures, and then with these again."""
    forgotten = {"pedestrians", "buses"} - set(measures)
    fields = [
        replace(field, codes=tuple(code for code in field.codes if code not in forgotten)) for field in CONTRACT.fields
    ]
    contract: Contract = replace(CONTRACT, fields=tuple(fields))
    return contract


def land(log: MemoryLog, settings: Settings) -> None:
    """Land what is in ``log``, judged by the contract as it was at first."""
    land_by(log, settings, [corrected()])


def replayed(settings: Settings, contract: Contract, **options: object) -> Replayed:
    """Replay the refused rows by ``contract``."""
    landing, keyring = Landing(settings.landing), Keyring.open(settings)
    return Replay(contract, landing, keyring, settings, NOW, **options).run()  # type: ignore[arg-type]


@pytest.fixture
def small(settings: Settings) -> Settings:
    """Return settings with segments of four rows that may all be refused."""
    return settings.model_copy(update={"segment_rows": 4, "refusal_budget_pct": 100.0})


def bronze(settings: Settings) -> pl.DataFrame:
    """Return what bronze holds of the family, once everything that landed is collected and judged."""
    collect.pending(settings, FAMILY)
    gate.bronze(settings, FAMILY)
    with lake.reading(settings) as con:
        assert con.execute("select * from ops.held").fetchall() == []
        return con.sql(f'select * from bronze.{FAMILY} order by partition, "offset"').pl()


def test_refused_rows_are_counted_by_reason_with_the_first_of_each(small: Settings) -> None:
    """An operator sees what to mend first, and where to look."""
    land(filled([good(0), b"{", body(1), body(2), good(3), b"{"]), small)
    [account] = accounts(Landing(small.landing), FAMILY)
    assert (account.refused, account.replayed) == (4, 0)
    assert account.reasons == {"not_json": 2, "unknown_code@measure": 2}
    assert account.first == {"not_json": 1, "unknown_code@measure": 2}


def test_a_corrected_contract_lands_each_refused_row_once(small: Settings) -> None:
    """T9: with its old coordinates, its own ``replayed_at``, and a second run lands nothing."""
    land(filled([good(0), body(1), b"{", body(2), body(3, "buses"), good(5)]), small)
    assert bronze(small)["offset"].to_list() == [0, 5]
    assert replayed(small, corrected("pedestrians")) == Replayed(looked=4, landed=2, again=2)
    assert replayed(small, corrected("pedestrians")) == Replayed(looked=2, landed=0, again=2)
    rows = bronze(small)
    assert rows["offset"].to_list() == [0, 1, 3, 5]
    assert rows["replayed_at"].to_list() == [None, NOW, NOW, None]
    assert rows["replay"].to_list() == [None, 0, 1, None]
    assert rows["known_at"].unique().to_list() == [appended(APPENDED_MS)]
    assert rows["chain"].unique().len() == 1
    assert replayed(small, corrected("pedestrians", "buses")) == Replayed(looked=2, landed=1, again=1)
    assert bronze(small)["offset"].to_list() == [0, 1, 3, 4, 5]
    [account] = accounts(Landing(small.landing), FAMILY)
    assert (account.refused, account.replayed) == (4, 3)


def test_a_trial_lands_nothing(small: Settings) -> None:
    """Whoever corrects a contract sees first what it would do."""
    land(filled([body(1)]), small)
    assert replayed(small, corrected("pedestrians"), dry=True) == Replayed(looked=1, landed=1)
    assert not list(small.landing.rglob("replays"))


class Crash(BaseException):
    """The process dies here."""


def dying(life: int) -> Callable[[object], None]:
    """Return a way to sync that kills at its ``life``-th call."""
    left = iter(range(life))

    def sync(path: object) -> None:
        if next(left, None) is None:
            raise Crash(str(path))

    return sync


@bounded(deadline=None, max_examples=25)
@given(data=st.data())
def test_a_replay_that_dies_anywhere_lands_each_row_once_in_the_end(
    data: st.DataObject, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """I11: at most once, whatever was refused for what, and however often somebody tries."""
    home = tmp_path_factory.mktemp("refused")
    settings = Settings(home=home / "home", keys=home / "keys", segment_rows=3, refusal_budget_pct=100.0)
    bodies = data.draw(st.lists(st.sampled_from([good(1), body(2), body(3, "buses"), b"{"]), min_size=1, max_size=14))
    land(filled(bodies), settings)
    for life in data.draw(st.lists(st.integers(0, 4), max_size=3)):
        with pytest.MonkeyPatch.context() as patch, suppress(Crash):
            patch.setattr(durable, "sync", dying(life))
            replayed(settings, corrected("pedestrians"))
    replayed(settings, corrected("pedestrians"))
    replayed(settings, corrected("pedestrians"))
    expected = [offset for offset, sent in enumerate(bodies) if sent in (good(1), body(2))]
    segments = Landing(settings.landing).segments(FAMILY)
    rows = pl.concat([pl.read_parquet(segment.path, columns=["offset", "reasons"]) for segment in segments])
    assert sorted(rows.filter(pl.col("reasons").is_null())["offset"].to_list()) == expected


@dataclass
class Overtaken(Replay):
    """A replay that is overtaken by another one while it judges."""

    other: Replay | None = None

    def _good(self, *judged: object) -> pl.DataFrame:
        if self.other:
            other, self.other = self.other, None
            other.run()
        return super()._good(*judged)  # type: ignore[arg-type]  # as they came


def test_of_two_replays_at_once_one_lands_each_row(small: Settings) -> None:
    """The name is the lock: two operators who do not know of each other double nothing."""
    land(filled([body(number) for number in range(10)]), small)
    landing, keyring = Landing(small.landing), Keyring.open(small)
    other = Replay(corrected("pedestrians"), landing, keyring, small, NOW + timedelta(seconds=1))
    one = Overtaken(corrected("pedestrians"), landing, keyring, small, NOW, other=other)
    one.run()
    assert (one.done.landed, other.done.landed) == (0, 10)
    assert bronze(small)["offset"].to_list() == list(range(10))


def test_a_row_refused_for_its_key_or_headers_stays_refused(small: Settings) -> None:
    """They are not kept, so nobody can say that they were right."""
    log = filled([])
    log.append(PLACE, [good(1)], headers=[("schema", b"trade_report/1")])
    log.append(PLACE, [good(2)], keys=[b'["another"]'])
    log.append(PLACE, [good(3)], headers=[("schema", b"crossing_count/2")])
    log.append(PLACE, [None])
    log.append(PLACE, [b"x" * 40] * 3, undecodable="undecodable_batch")
    land(log, small)
    assert replayed(small, CONTRACT) == Replayed(looked=7, unkept=7)


def test_no_two_texts_are_sealed_with_one_key_and_nonce(small: Settings) -> None:
    """What a replayed row withholds is sealed on the day, and of the offset, that its refused bytes were."""
    sent = body(1).replace(b"}", b',"remarks":"x"}')
    land(filled([sent]), small)
    replayed(small, corrected("pedestrians"))
    [refused_, later] = [
        pl.read_parquet(segment.path)["sealed"][0] for segment in Landing(small.landing).segments(FAMILY)
    ]
    assert later is not None
    known = bytes(a ^ b for a, b in zip(refused_, sent, strict=False))
    assert bytes(a ^ b for a, b in zip(later, known, strict=False))[:12] != b'{"remarks":"'


def test_a_destroyed_key_opens_nothing_and_none_is_made_in_its_place(small: Settings) -> None:
    """PV9: retention ends by destroying the day's key; a new one would hide that it was."""
    land(filled([body(1)]), small)
    [key] = (small.keys / "refused").rglob("*.key")
    key.unlink()
    assert replayed(small, corrected("pedestrians")) == Replayed(looked=1, destroyed=1)
    found = row(Landing(small.landing), CONTRACT, 0, 0)
    with pytest.raises(OperatorNeeded, match="has been destroyed"):
        Opener(CONTRACT, found.chain, Keyring.open(small)).open(0, 0, found.known_at, found.sealed or b"")
    assert not list((small.keys / "refused").rglob("*.key"))


def test_a_row_is_known_from_the_moment_of_its_replay(small: Settings) -> None:
    """D6: a figure as it was known before must not change because somebody mended a contract later."""
    land(filled([good(0), body(1)]), small)
    replayed(small, corrected("pedestrians"))
    bronze(small)
    known = f"select count(*) from lake.bronze.{FAMILY} as event where {horizon.KNOWN}"
    with lake.reading(small) as con:
        for as_of, rows in ((NOW - timedelta(seconds=1), 1), (NOW, 2), (None, 2)):
            horizon.put(con, FAMILY, as_of)
            assert con.execute(known).fetchall() == [(rows,)]


@dataclass(frozen=True)
class Offsets:
    """What a vintage says of how far it was made."""

    ends: dict[tuple[str, int], int]

    def offset(self, _: str, chain: str, partition: int) -> int:
        """Return the offset up to which the partition was taken in."""
        return self.ends.get((chain, partition), 0)


def test_a_vintage_from_before_the_replay_did_not_know_its_rows(small: Settings) -> None:
    """Otherwise the next vintage could not say why it differs."""
    land(filled([good(0), body(1)]), small)
    bronze(small)
    with lake.reading(small) as con:
        ends = {(str(chain), int(number)): int(end) for _, chain, number, end in _positions(con)}
    replayed(small, corrected("pedestrians"))
    bronze(small)
    known = f'select "offset" from lake.bronze.{FAMILY} as event where {horizon.KNOWN} order by all'
    with lake.reading(small) as con:
        now = {(str(chain), int(number)): int(end) for _, chain, number, end in _positions(con)}
        for made, offsets in ((ends, [(0,)]), (now, [(0,), (1,)])):
            events.put(con, FAMILY, Offsets(made))  # type: ignore[arg-type]  # all that is asked of a vintage
            assert con.execute(known).fetchall() == offsets


def _positions(con: object) -> Sequence[tuple[object, object, int, int]]:
    asked = "select family, chain, partition, next_offset from ops.position"
    return con.execute(asked).fetchall()  # type: ignore[attr-defined,no-any-return]  # DuckDB's connection


def test_a_replayed_segment_taken_away_breaks_the_chain(small: Settings) -> None:
    """What landed later is landing like the rest."""
    land(filled([body(number) for number in range(8)]), small)
    replayed(small, corrected("pedestrians"))
    first, *_ = sorted(small.landing.rglob("replays/*.parquet"))
    first.unlink()
    with pytest.raises(ChainBroken):
        Landing(small.landing).segments(FAMILY)


def test_a_lake_made_again_has_the_replayed_rows(small: Settings) -> None:
    """The landing alone is enough, as for every row."""
    land(filled([good(0), body(1)]), small)
    replayed(small, corrected("pedestrians"))
    before = bronze(small)
    again = small.model_copy(update={"home": small.home.parent / "again"})
    again.home.mkdir()
    small.landing.rename(again.landing)
    assert before.equals(bronze(again))


def test_every_partition_is_replayed_or_the_one_that_is_asked_for(small: Settings) -> None:
    """A large replay may be done piece by piece."""
    log = MemoryLog()
    log.create(CONTRACT.topic, partitions=3)
    for partition in range(3):
        log.append((CONTRACT.topic, partition), [body(partition), good(9)])
    land(log, small)
    landing, keyring = Landing(small.landing), Keyring.open(small)
    assert Replay(corrected("pedestrians"), landing, keyring, small, NOW).run(1).landed == 1
    assert Replay(corrected("pedestrians"), landing, keyring, small, NOW).run().landed == 2
    assert Counter(bronze(small)["partition"].to_list()) == {0: 2, 1: 2, 2: 2}


def test_rows_that_were_not_refused_are_never_replayed(small: Settings) -> None:
    """The last look before a segment exists for ever."""
    land(filled([good(0), body(1)]), small)
    [main] = Landing(small.landing).segments(FAMILY)
    replays = Landing(small.landing).replays(FAMILY, main.chain, 0)
    rows = pl.read_parquet(main.path)
    for wrong in (rows.filter(pl.col("reasons").is_null()), rows.filter(pl.col("reasons").is_not_null())):
        with pytest.raises(PuyangoError, match="are not that many refused ones"):
            replays.publish(CONTRACT, wrong, pl.Series([1]), replays.read(), NOW)
